package omnibus.launcher;

/**
 * One thing {@code doctor} looked at.
 *
 * @param what what was found, in a sentence
 * @param advice why it matters and what to do; empty when all is well
 */
record Finding(Level level, String what, String advice) {
    enum Level {
        OK("ok  "),
        WARNING("warn"),
        PROBLEM("FAIL");

        final String mark;

        Level(String mark) {
            this.mark = mark;
        }
    }

    static Finding ok(String what) {
        return new Finding(Level.OK, what, "");
    }

    static Finding warning(String what, String advice) {
        return new Finding(Level.WARNING, what, advice);
    }

    static Finding problem(String what, String advice) {
        return new Finding(Level.PROBLEM, what, advice);
    }
}
