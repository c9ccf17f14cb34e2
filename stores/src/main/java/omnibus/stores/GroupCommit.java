package omnibus.stores;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Makes answers wait until what they tell of is on disk. One thread commits and syncs; whatever gathers while one sync
 * is under way shares the next. A commit never holds half of a write: it waits until no write is under way, so that a
 * document and its index entries reach the disk together.
 */
final class GroupCommit implements AutoCloseable {
    /** What is made durable. No write is under way while {@code commit} or {@code tidy} runs; beside {@code sync} there may be. */
    interface Disk {
        void commit();

        void sync();

        /**
         * Called while nobody has been waiting for a second. What it changes is committed and synced next.
         *
         * @return whether there is more to tidy
         */
        boolean tidy();
    }

    private static final long TIDY_AFTER_MILLIS = 1000;

    private final Disk disk;
    private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock(true);
    private final Thread committer = new Thread(this::run, "mongo-commit");
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private final Object monitor = new Object();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private long writes;
    private long durableWrites;
    private boolean closed;
    private boolean over;
    private volatile long commits;
    private volatile boolean untidy;

    GroupCommit(Disk disk) {
        this.disk = disk;
        committer.setDaemon(true);
        committer.start();
    }

    /** Runs a write. Its result may be told to nobody before {@link #durable()}, asked for afterwards, has completed. */
    <T> T write(Supplier<T> work) {
        writing.readLock().lock();
        try {
            return work.get();
        } finally {
            synchronized (monitor) {
                writes++;
            }
            writing.readLock().unlock();
        }
    }

    /** Completes when all that the caller can have seen up to now is on disk; fails when it will never be. */
    CompletableFuture<Void> durable() {
        synchronized (monitor) {
            if (over) return CompletableFuture.failedFuture(new IllegalStateException("The store is closed"));
            if (durableWrites == writes && writing.getReadLockCount() == 0)
                return CompletableFuture.completedFuture(null);
            var answer = new CompletableFuture<Void>();
            waiting.add(answer);
            monitor.notifyAll();
            return answer;
        }
    }

    /** How many commits there were. */
    long commits() {
        return commits;
    }

    /** Completes when no commit will come any more; exceptionally when that is not because of {@link #close()}. */
    CompletableFuture<Void> ended() {
        return ended.copy();
    }

    private void run() {
        try {
            while (workToDo()) commit();
            commit();
            end(null);
        } catch (RuntimeException | Error e) {
            end(e);
        }
    }

    /** Waits for work; false when there will be none. */
    private boolean workToDo() {
        synchronized (monitor) {
            while (waiting.isEmpty() && !closed) {
                var before = writes;
                try {
                    monitor.wait(TIDY_AFTER_MILLIS);
                } catch (InterruptedException e) {
                    return false;
                }
                if (waiting.isEmpty() && !closed && untidy && before == writes) return true;
            }
            return !closed;
        }
    }

    private void commit() {
        var batch = new ArrayList<CompletableFuture<Void>>();
        try {
            var covered = commitWhileNobodyWrites(batch);
            disk.sync();
            commits++;
            synchronized (monitor) {
                durableWrites = covered;
            }
            batch.forEach(answer -> answer.complete(null));
        } finally {
            // Those of a commit that failed; what is complete already does not change.
            batch.forEach(answer -> answer.completeExceptionally(new IllegalStateException("The store cannot commit")));
        }
    }

    private long commitWhileNobodyWrites(List<CompletableFuture<Void>> batch) {
        long covered;
        writing.writeLock().lock();
        try {
            synchronized (monitor) {
                batch.addAll(waiting);
                waiting.clear();
                covered = writes;
            }
            untidy = !batch.isEmpty() || disk.tidy();
            disk.commit();
        } finally {
            writing.writeLock().unlock();
        }
        return covered;
    }

    private void end(Throwable why) {
        List<CompletableFuture<Void>> left;
        synchronized (monitor) {
            over = true;
            left = List.copyOf(waiting);
            waiting.clear();
        }
        left.forEach(answer -> answer.completeExceptionally(new IllegalStateException("The store is closed")));
        if (why == null) ended.complete(null);
        else ended.completeExceptionally(why);
    }

    /** Commits what there is and ends. */
    @Override
    public void close() {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
        try {
            committer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
