package omnibus.launcher;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.time.Instant;

/**
 * What the home remembers of one process it started. The file exists as long as the process is wanted or not yet known to
 * have ended; it is the only truth shared by commands and supervisor.
 *
 * @param service name in {@link Shop}: order, stores, supervisor
 * @param instance unique for ever: order-7f3a
 * @param managementPort where its health is asked; 0 for a process without one
 * @param restarts how often its place was filled again since {@code up}
 * @param failures how many times in a row it ended soon after its start, before it had been ready for a while; decides
 *     the back-off
 * @param build digest of the jars it runs
 * @param stopping when it was told to end, or null
 * @param retryAt set on a dead instance that waits for its back-off, else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record Instance(
        String service,
        String instance,
        ProcessMark process,
        int managementPort,
        Instant startedAt,
        int restarts,
        int failures,
        String build,
        Instant stopping,
        Instant retryAt) {

    boolean alive() {
        return process.alive();
    }

    /** Should be running: nobody told it to end. */
    boolean wanted() {
        return stopping == null;
    }

    Instance stoppingSince(Instant now) {
        if (stopping != null) return this;
        return new Instance(
                service, instance, process, managementPort, startedAt, restarts, failures, build, now, retryAt);
    }

    /** It has become ready and stayed so: what its predecessors died of does not count against it. */
    Instance proved() {
        return new Instance(
                service, instance, process, managementPort, startedAt, restarts, 0, build, stopping, retryAt);
    }

    /** This process ended unasked. A long life forgives earlier failures. */
    Instance died(Instant now, Backoff backoff) {
        var lived = Duration.between(startedAt, now);
        int inARow = backoff.forgives(lived) ? 1 : failures + 1;
        return new Instance(
                service,
                instance,
                process,
                managementPort,
                startedAt,
                restarts,
                inARow,
                build,
                stopping,
                now.plus(backoff.before(inARow)));
    }

    String logName() {
        return instance + ".log";
    }
}
