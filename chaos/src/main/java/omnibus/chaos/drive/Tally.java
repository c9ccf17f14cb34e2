package omnibus.chaos.drive;

import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What all shoppers together asked and were told. Touched by their event loop alone until they have ended. */
final class Tally {
    private static final long HIGHEST_MILLIS = 600_000;

    private final Histogram placing = new Histogram(HIGHEST_MILLIS, 3);
    private final Map<String, Integer> unknowns = new TreeMap<>();
    private final Map<String, Integer> refusals = new TreeMap<>();
    private volatile int asked;
    private int acknowledged;
    private int refused;
    private int retries;
    private int resolved;
    private int cancels;
    private int reads;
    private int givenUp;

    void asked() {
        asked++;
    }

    /** How many orders were asked for so far; read by other threads. */
    int orders() {
        return asked;
    }

    void retried() {
        retries++;
    }

    /** @param why a status of 5xx or what became of the connection */
    void unknown(String why) {
        unknowns.merge(why, 1, Integer::sum);
    }

    void resolved() {
        resolved++;
    }

    void acknowledged(long millis) {
        acknowledged++;
        placing.recordValue(Math.min(HIGHEST_MILLIS, millis));
    }

    void refused(String operation, String code, boolean order) {
        refusals.merge(operation + " " + code, 1, Integer::sum);
        if (order) refused++;
    }

    void gaveUp() {
        givenUp++;
    }

    void cancelled() {
        cancels++;
    }

    void read() {
        reads++;
    }

    /**
     * The sum of it.
     *
     * @param asked orders asked for, each once however often it was repeated
     * @param refused orders that were refused for good, which is an answer too
     * @param givenUp orders whose fate the shopper never learnt
     * @param acknowledgedPercent of those asked and not refused
     * @param unknowns requests without an answer or with one of 5xx, by what came instead
     * @param resolved of asks with an unknown try, how many got an answer in the end
     */
    record Figures(
            int asked,
            int acknowledged,
            int refused,
            int givenUp,
            double acknowledgedPercent,
            int cancels,
            int reads,
            int retries,
            int resolved,
            Map<String, Integer> unknowns,
            Map<String, Integer> refusals,
            long placingP50Millis,
            long placingP99Millis) {}

    Figures figures() {
        int due = asked - refused;
        return new Figures(
                asked,
                acknowledged,
                refused,
                givenUp,
                due == 0 ? 100 : Math.floor(acknowledged * 10_000.0 / due) / 100,
                cancels,
                reads,
                retries,
                resolved,
                Map.copyOf(unknowns),
                Map.copyOf(refusals),
                placing.getValueAtPercentile(50),
                placing.getValueAtPercentile(99));
    }
}
