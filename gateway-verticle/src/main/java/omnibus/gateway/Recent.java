package omnibus.gateway;

import java.util.LinkedHashMap;
import java.util.Map;

/** Values of the keys that were asked for most recently, so many at most; the one not seen for longest goes first. */
final class Recent<K, V> extends LinkedHashMap<K, V> {
    private static final long serialVersionUID = 1;

    private final int most;

    Recent(int most) {
        super(256, 0.75f, true);
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
    }
}
