package omnibus.platform;

import com.hazelcast.logging.LogEvent;
import com.hazelcast.logging.LogListener;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.logging.LogRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a JVM that has become the oldest member and can never take office. Whoever follows a dead master collects the
 * partition tables of all others; for a migration that failed and is still remembered it sets the partition's version
 * back to what that one ended with, also where a later migration has raised it since (Hazelcast 5.3.8, 5.5.0 and 5.6.0:
 * {@code FetchMostRecentPartitionTableTask.processNewState}). If its own table has that version with other members in it,
 * it refuses the table as diverged and does the same again, without a pause and for ever: one processor is lost, nobody
 * can join, and what the dead one kept stays lost. The next oldest may know better, and each that goes is replaced.
 */
final class PartitionTableWatch implements LogListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionTableWatch.class);
    private static final String MIGRATIONS = "com.hazelcast.internal.partition.impl.MigrationThread";
    private static final long WINDOW_NANOS = Duration.ofSeconds(1).toNanos();

    /** Tasks of the migration thread fail now and then, and are done again after a pause. */
    static final int FAILURES_WITHIN_A_SECOND = 20;

    private final Runnable end;
    private final LongSupplier nanoTime;
    private long since;
    private int failures;
    private boolean ended;

    PartitionTableWatch(Runnable end, LongSupplier nanoTime) {
        this.end = end;
        this.nanoTime = nanoTime;
        this.since = nanoTime.getAsLong();
    }

    @Override
    public void log(LogEvent event) {
        warned(event.getLogRecord());
    }

    /** Hears what Hazelcast warns of; only its migration thread counts. */
    synchronized void warned(LogRecord told) {
        if (ended || told.getThrown() == null || !MIGRATIONS.equals(told.getLoggerName())) return;
        var now = nanoTime.getAsLong();
        if (now - since > WINDOW_NANOS) {
            since = now;
            failures = 0;
        }
        failures++;
        if (failures < FAILURES_WITHIN_A_SECOND) return;
        ended = true;
        LOG.error(
                "this member follows a dead master and cannot agree with itself on the partition table; it ends, to be"
                        + " replaced, and the next oldest takes over");
        end.run();
    }
}
