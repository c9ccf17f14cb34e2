package omnibus.sandbox;

/** From 64-bit hashes to file offsets, 16 bytes an entry: a few hundred thousand payments fit into a small heap. */
final class LongIndex {
    private static final long ABSENT = -1;
    private long[] keys = new long[1 << 12];
    private long[] values = new long[1 << 12];
    private int size;

    /** The value last put, or -1. */
    long get(String key) {
        var hash = hash(key);
        for (var slot = slot(hash); keys[slot] != 0; slot = next(slot)) {
            if (keys[slot] == hash) return values[slot];
        }
        return ABSENT;
    }

    /** @return the value before, or -1 */
    long put(String key, long value) {
        if (size * 4L > keys.length * 3L) grow();
        return put(hash(key), value);
    }

    private long put(long hash, long value) {
        var slot = slot(hash);
        while (keys[slot] != 0 && keys[slot] != hash) slot = next(slot);
        var before = keys[slot] == 0 ? ABSENT : values[slot];
        if (keys[slot] == 0) size++;
        keys[slot] = hash;
        values[slot] = value;
        return before;
    }

    private void grow() {
        var oldKeys = keys;
        var oldValues = values;
        keys = new long[oldKeys.length * 2];
        values = new long[oldKeys.length * 2];
        size = 0;
        for (var i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) put(oldKeys[i], oldValues[i]);
        }
    }

    private int slot(long hash) {
        return (int) (hash >>> 20) & (keys.length - 1);
    }

    private int next(int slot) {
        return (slot + 1) & (keys.length - 1);
    }

    /** FNV-1a, then mixed so that any of its bits may choose the slot; 0 marks a free slot. */
    private static long hash(String text) {
        var hash = 0xcbf29ce484222325L;
        for (var i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 32)) * 0x9e3779b97f4a7c15L;
        hash ^= hash >>> 29;
        return hash == 0 ? 1 : hash;
    }
}
