package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private final Disk disk = new Disk();
    private final GroupCommit commit = new GroupCommit(disk);

    /** Its syncs take as long as a test wants them to. */
    private static final class Disk implements GroupCommit.Disk {
        final AtomicInteger value = new AtomicInteger();
        final AtomicInteger committed = new AtomicInteger();
        final AtomicInteger synced = new AtomicInteger();
        final CountDownLatch firstSync = new CountDownLatch(1);
        final Semaphore syncs = new Semaphore(0);
        volatile boolean full;

        @Override
        public void commit() {
            if (full) throw new IllegalStateException("disk full");
            committed.set(value.get());
        }

        @Override
        public void sync() {
            firstSync.countDown();
            syncs.acquireUninterruptibly();
            synced.set(committed.get());
        }

        @Override
        public boolean tidy() {
            return false;
        }
    }

    private CompletableFuture<Void> write() {
        commit.write(disk.value::incrementAndGet);
        return commit.durable();
    }

    @AfterEach
    void close() {
        disk.syncs.release(1000);
        commit.close();
    }

    @Test
    void anAnswerWaitsForTheSync() {
        var answer = write();
        assertFalse(answer.isDone());
        disk.syncs.release();
        answer.join();
        assertEquals(1, disk.synced.get());
    }

    @Test
    void writesThatGatherDuringASyncShareTheNext() throws InterruptedException {
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        answers.add(write());
        disk.firstSync.await();
        for (var i = 0; i < 50; i++) answers.add(write());
        disk.syncs.release(2);
        answers.forEach(CompletableFuture::join);
        assertEquals(51, disk.synced.get());
        assertEquals(2, commit.commits());
    }

    @Test
    void whoReadsAWriteWaitsForIt() {
        var answer = write();
        var read = commit.durable();
        assertFalse(read.isDone());
        disk.syncs.release(2);
        read.join();
        assertTrue(answer.isDone());
    }

    @Test
    void whoReadsWhatIsOnDiskDoesNotWait() {
        var answer = write();
        disk.syncs.release();
        answer.join();
        assertTrue(commit.durable().isDone());
    }

    @Test
    void noCommitHoldsHalfAWrite() throws InterruptedException {
        var halfDone = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        disk.syncs.release(100);
        var slow = new Thread(() -> commit.write(() -> {
            disk.value.incrementAndGet();
            halfDone.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return disk.value.incrementAndGet();
        }));
        slow.start();
        halfDone.await();
        var seen = commit.durable();
        assertFalse(seen.isDone());
        assertEquals(0, disk.committed.get());
        goOn.countDown();
        seen.join();
        slow.join();
        assertEquals(2, disk.committed.get());
    }

    @Test
    void aFailedCommitAnswersNobodyAndEndsTheStore() {
        disk.full = true;
        var answer = write();
        assertThrows(CompletionException.class, answer::join);
        var end = assertThrows(CompletionException.class, () -> commit.ended().join());
        assertEquals("disk full", end.getCause().getMessage());
        assertTrue(write().isCompletedExceptionally());
    }

    @Test
    void closingCommitsWhatIsLeft() {
        disk.syncs.release(1000);
        commit.write(disk.value::incrementAndGet);
        commit.close();
        assertEquals(1, disk.synced.get());
    }
}
