package omnibus.launcher;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for a condition outside this process, where nothing notifies: ask again until it holds or time is over. */
final class Poll {
    private Poll() {}

    /** True as soon as the condition holds; false when it did not within {@code limit}. It is asked at least once. */
    static boolean until(Duration limit, Duration pause, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) return false;
            pause(pause);
        }
        return true;
    }

    /** Between two rounds of something that goes on for ever; may end early. */
    static void pause(Duration pause) {
        LockSupport.parkNanos(pause.toNanos());
    }
}
