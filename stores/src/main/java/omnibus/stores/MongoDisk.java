package omnibus.stores;

import java.nio.file.Path;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/** The one file that the MongoDB emulation keeps its data in. It commits when told to and never by itself. */
final class MongoDisk implements GroupCommit.Disk {
    /** The rest of the heap is for what is being written and answered. */
    private static final int CACHE_PERCENT_OF_HEAP = 30;

    private static final int RETENTION_MILLIS = 10_000;
    private static final int FILL_PERCENT = 60;
    private static final int TIDY_BYTES = 4 * 1024 * 1024;
    private static final int CLOSING_MILLIS = 500;

    private final MVStore store;

    MongoDisk(Path file) throws StoreException {
        try {
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .cacheSize((int) (Runtime.getRuntime().maxMemory() / 1024 / 1024 * CACHE_PERCENT_OF_HEAP / 100))
                    // Its own commits, by time or by amount, would take place in the middle of a write.
                    .autoCommitDisabled()
                    .autoCommitBufferSize(0)
                    .open();
        } catch (MVStoreException e) {
            throw new StoreException("The MongoDB emulation cannot open " + file + ": " + e.getMessage(), e);
        }
        store.setRetentionTime(RETENTION_MILLIS);
    }

    MVStore store() {
        return store;
    }

    @Override
    public void commit() {
        store.commit();
    }

    @Override
    public void sync() {
        store.sync();
    }

    /** Copies what still lives out of half-empty stretches of the file, so that these can be used again. */
    @Override
    public boolean tidy() {
        return store.compact(FILL_PERCENT, TIDY_BYTES);
    }

    void close() {
        if (store.getPanicException() == null) store.close(CLOSING_MILLIS);
        else store.closeImmediately();
    }
}
