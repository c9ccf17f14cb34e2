package omnibus.launcher;

import java.time.Duration;
import java.util.List;

/** How long processes are given to end, and what is said of those that did not. */
final class StopReport {
    /** A verticle drains for up to 28 s. */
    static final Duration VERTICLE_PATIENCE = Duration.ofSeconds(32);
    /** A database writes its last checkpoint. */
    static final Duration STORES_PATIENCE = Duration.ofSeconds(60);

    static final Duration HELPER_PATIENCE = Duration.ofSeconds(8);
    /** Supervisor, gateway, services, sandbox and stores one after the other, each to its last second. */
    static final Duration DOWN_PATIENCE = VERTICLE_PATIENCE
            .multipliedBy(2)
            .plus(HELPER_PATIENCE.multipliedBy(2))
            .plus(STORES_PATIENCE);

    private StopReport() {}

    static void tell(Progress progress, List<Instance> killed) {
        killed.forEach(it ->
                progress.line("  " + it.instance() + " (pid " + it.process().pid()
                        + ") did not end in time and was killed; nothing acknowledged is lost. Its log: ./omnibus logs "
                        + it.instance()));
    }
}
