package omnibus.launcher;

import java.util.List;

/** A command that could not do its work: what happened, why, what to do next. Told to the user without a stack trace. */
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The exit codes of {@code ./omnibus}, listed in docs/operations.md. */
    enum Kind {
        /** The command ran and did not succeed: a process died, a deadline passed, the shop refused. */
        FAILED(1),
        /** The command line or a setting is wrong; nothing was started. */
        USAGE(2),
        /** The machine does not let it: JDK, disk, port, permission, an external store. */
        ENVIRONMENT(3),
        /** There is no running shop in this home. */
        NOT_RUNNING(4);

        final int exitCode;

        Kind(int exitCode) {
            this.exitCode = exitCode;
        }
    }

    private final Kind kind;
    private final String why;
    private final List<String> next;

    private Failure(Kind kind, String what, String why, List<String> next) {
        super(what, null, false, false);
        this.kind = kind;
        this.why = why;
        this.next = next;
    }

    static Failure failed(String what, String why, String... next) {
        return new Failure(Kind.FAILED, what, why, List.of(next));
    }

    static Failure usage(String what, String why, String... next) {
        return new Failure(Kind.USAGE, what, why, List.of(next));
    }

    static Failure environment(String what, String why, String... next) {
        return new Failure(Kind.ENVIRONMENT, what, why, List.of(next));
    }

    static Failure notRunning(Home home) {
        return new Failure(
                Kind.NOT_RUNNING,
                "The shop is not running.",
                "No process of the home " + home.path() + " is alive.",
                List.of("Start it with ./omnibus up, or name another home with OMNIBUS_HOME."));
    }

    int exitCode() {
        return kind.exitCode;
    }

    Kind kind() {
        return kind;
    }

    String why() {
        return why;
    }

    /** The message as the terminal shows it. */
    String text() {
        var text = new StringBuilder("omnibus: ").append(getMessage()).append('\n');
        why.lines().forEach(line -> text.append("  ").append(line).append('\n'));
        next.forEach(step -> text.append("  -> ").append(step).append('\n'));
        return text.toString();
    }
}
