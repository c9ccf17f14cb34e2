package omnibus.launcher;

import java.time.Duration;
import java.util.Optional;

/**
 * Waits until a new instance does its share of the work about as cheaply as the one it is to follow. A JVM is slow until
 * what the traffic needs is compiled; alone it would be late with all of it. A gateway is the exception: clients that keep
 * their connections stay with the old one until it drains, so an idle new one counts as warm.
 */
final class WarmUp {
    /** A newcomer that never gets cheaper is left at that. */
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final Duration WINDOW = Duration.ofSeconds(1);
    /** The first calls come a while after it is ready, and a pause is no speed. */
    private static final int WINDOWS_IN_A_ROW = 3;

    private static final double MAX_RATIO = 2;
    /** Seconds of processor a second that a JVM without work may take. */
    private static final double IDLE = 0.05;

    private WarmUp() {}

    /** @param before the instance that does the other half of the work meanwhile */
    static void await(Instance young, Instance before) {
        var used = new Duration[] {processorTime(young), processorTime(before)};
        var warm = new int[1];
        Poll.pause(WINDOW);
        Poll.until(LIMIT, WINDOW, () -> {
            var now = new Duration[] {processorTime(young), processorTime(before)};
            warm[0] = isWarm(now[0].minus(used[0]), now[1].minus(used[1])) ? warm[0] + 1 : 0;
            used[0] = now[0];
            used[1] = now[1];
            return warm[0] == WINDOWS_IN_A_ROW || !young.alive() || !before.alive();
        });
    }

    /** What both have used in the same time, of some {@link #WINDOW}. */
    static boolean isWarm(Duration young, Duration before) {
        return seconds(young) <= MAX_RATIO * seconds(before) + IDLE;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private static Duration processorTime(Instance instance) {
        return Optional.of(instance)
                .filter(Instance::alive)
                .flatMap(it -> ProcessHandle.of(it.process().pid()))
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }
}
