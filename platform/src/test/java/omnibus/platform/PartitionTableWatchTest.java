package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.internal.partition.impl.FailedMigration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PartitionTableWatchTest {
    private static final String MIGRATIONS = "com.hazelcast.internal.partition.impl.MigrationThread";

    private static final String CLUSTER = "partition-table-" + UUID.randomUUID();
    private static final int PORT = freePort();

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger ends = new AtomicInteger();
    private final PartitionTableWatch watch = new PartitionTableWatch(ends::incrementAndGet, nanos::get);
    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void endMembers() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    private void failing(String logger, int times) {
        var told = new LogRecord(Level.WARNING, "failed");
        told.setLoggerName(logger);
        told.setThrown(new IllegalStateException("Partition updates are diverged!"));
        for (var i = 0; i < times; i++) watch.warned(told);
    }

    @Test
    void aMigrationThreadThatFailsWithoutAPauseEndsTheJvmOnce() {
        failing(MIGRATIONS, PartitionTableWatch.FAILURES_WITHIN_A_SECOND - 1);
        assertEquals(0, ends.get());
        failing(MIGRATIONS, 10);
        assertEquals(1, ends.get());
    }

    @Test
    void failuresWithPausesBetweenThemAreLeftToHazelcast() {
        for (var i = 0; i < 100; i++) {
            failing(MIGRATIONS, 1);
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
        }
        assertEquals(0, ends.get());
    }

    @Test
    void whatOthersFailAtIsNotCounted() {
        failing("com.hazelcast.internal.server.tcp.TcpServerConnection", 1_000);
        assertEquals(0, ends.get());
    }

    /** Once this fails because nobody is stuck, Hazelcast has mended it and the watch can go. */
    @Test
    void aMemberThatFollowsADeadMasterAndCannotTakeOfficeIsFound() throws InterruptedException {
        var master = join();
        var next = join();
        var other = join();
        master.getMap("partitions are given out when one is needed").put(1, 1);
        for (var member : members)
            assertTrue(member.getPartitionService().forceLocalMemberToBeSafe(30, TimeUnit.SECONDS));
        var stuck = new CountDownLatch(1);
        Runnable found = () -> {
            stuck.countDown();
            Thread.currentThread().interrupt();
        };
        next.getLoggingService().addLogListener(Level.WARNING, new PartitionTableWatch(found, System::nanoTime));
        FailedMigration.remember(next, other);
        master.getLifecycleService().terminate();
        assertTrue(stuck.await(60, TimeUnit.SECONDS));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private HazelcastInstance join() {
        var settings = Map.of("OMNIBUS_CLUSTER_NAME", CLUSTER, "OMNIBUS_CLUSTER_PORT", Integer.toString(PORT));
        var member = Hazelcast.newHazelcastInstance(
                Cluster.from(Settings.of(settings)).config());
        members.add(member);
        return member;
    }
}
