package omnibus.launcher;

import java.time.Duration;
import java.time.Instant;

/** What a living process is doing, as {@code ps} names it. */
enum InstanceState {
    /** Running, not yet ready. */
    STARTING,
    /** Serving. */
    READY,
    /** Told to end; finishing what it has begun. */
    DRAINING,
    /** Was given time to become ready, and says it is not. */
    NOT_READY,
    /** Running and saying nothing. */
    SILENT;

    private static final Duration TIME_TO_START = Duration.ofSeconds(60);

    static InstanceState of(Instance instance, Instant now) {
        if (!instance.wanted()) return DRAINING;
        if (instance.managementPort() == 0) return READY;
        var answer = Health.ready(instance.managementPort());
        if (answer.ok()) return READY;
        if (answer.silent()) return SILENT;
        return instance.startedAt().plus(TIME_TO_START).isAfter(now) ? STARTING : NOT_READY;
    }
}
