package omnibus.chaos.drive;

/** The run cannot go on: what happened, why, and what to do next. Told without a stack trace. */
final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int FAILED = 1;
    static final int USAGE = 2;

    private final int exitCode;
    private final String why;
    private final String next;

    private Stopped(int exitCode, String what, String why, String next) {
        super(what, null, false, false);
        this.exitCode = exitCode;
        this.why = why;
        this.next = next;
    }

    static Stopped failed(String what, String why, String next) {
        return new Stopped(FAILED, what, why, next);
    }

    static Stopped usage(String what, String why, String next) {
        return new Stopped(USAGE, what, why, next);
    }

    int exitCode() {
        return exitCode;
    }

    String text() {
        return "omnibus: " + getMessage() + "\n  " + why.strip().replace("\n", "\n  ") + "\n  -> " + next + "\n";
    }
}
