package omnibus.launcher;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** What a command tells while it works: a line per thing done, with the seconds since it began. Never a cursor trick. */
final class Progress {
    private final PrintStream out;
    private final long begun = System.nanoTime();

    Progress(PrintStream out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    /** Something is done. */
    void done(String what, String outcome) {
        line(String.format(Locale.ROOT, "  %-18s %-46s %5.1f s", what, outcome, seconds()));
    }

    /** Something takes its time. */
    void waiting(String forWhat) {
        line(String.format(Locale.ROOT, "  ... %s (%.0f s)", forWhat, seconds()));
    }

    double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
