package omnibus.platform.directory;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.shareddata.AsyncMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import omnibus.platform.Json;
import omnibus.platform.directory.Lease.State;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who serves what, right now. Every instance keeps a lease in a clustered map; every JVM keeps a local view of all
 * leases, renewed by a doorbell at each change and once a second besides. The view is a hint and may be wrong either
 * way: a lease that ran out means "do not prefer", never "dead"; the calls decide.
 */
public final class Directory {
    private static final Logger LOG = LoggerFactory.getLogger(Directory.class);
    private static final String MAP = "omnibus.directory";
    private static final String DOORBELL = "omnibus.directory.changed";
    static final long LEASE_MILLIS = 10_000;
    private static final long REFRESH_MILLIS = 1_000;
    private static final long REMEMBER_MILLIS = 30_000;

    /** A lease as last seen, and whether it is still held. */
    public record Entry(Lease lease, boolean held, long seenAtMillis) {
        boolean forgettable(long now) {
            return !held && now - seenAtMillis > REMEMBER_MILLIS;
        }
    }

    private final Vertx vertx;
    private final AsyncMap<String, String> map;
    private final Map<String, Entry> view = new ConcurrentHashMap<>();
    private final List<Consumer<Directory>> listeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> departures = new CopyOnWriteArrayList<>();
    private final List<Runnable> refreshes = new CopyOnWriteArrayList<>();
    private boolean refreshing;
    private boolean refreshAgain;

    Directory(Vertx vertx, AsyncMap<String, String> map) {
        this.vertx = vertx;
        this.map = map;
    }

    /** Joins the directory of the cluster (or of this JVM alone) and fills the local view. */
    public static Future<Directory> join(Vertx vertx) {
        return vertx.sharedData().<String, String>getAsyncMap(MAP).compose(map -> {
            var directory = new Directory(vertx, map);
            vertx.eventBus().<Buffer>consumer(DOORBELL, ring -> directory.refresh());
            vertx.setPeriodic(REFRESH_MILLIS, timer -> directory.refresh());
            return directory.refreshNow().map(directory);
        });
    }

    /** Puts or renews a lease. A change of state is announced at once. */
    public Future<Void> put(Lease lease) {
        var known = view.get(lease.address());
        var changed = known == null || known.lease().state() != lease.state();
        return map.put(lease.address(), Json.encode(lease).toString(), LEASE_MILLIS)
                .onSuccess(done -> {
                    if (changed) ring();
                });
    }

    public Future<Void> remove(Lease lease) {
        return map.remove(lease.address()).<Void>mapEmpty().onSuccess(done -> ring());
    }

    /** All leases of which something was heard lately. */
    public List<Entry> entries() {
        return List.copyOf(view.values());
    }

    public List<Entry> entries(String service) {
        var found = new ArrayList<Entry>();
        for (var entry : view.values()) if (entry.lease().service().equals(service)) found.add(entry);
        return found;
    }

    /** Is there an instance that says it is ready? */
    public boolean hasReady(String service) {
        return entries(service).stream()
                .anyMatch(entry -> entry.held() && entry.lease().state() == State.READY);
    }

    public Optional<Entry> entry(String address) {
        return Optional.ofNullable(view.get(address));
    }

    /** Calls {@code listener} after each change of the view, on whatever thread brought it. */
    public void onChange(Consumer<Directory> listener) {
        listeners.add(listener);
    }

    /** Calls {@code listener} with the address of every instance whose JVM has left the cluster. */
    public void onDeparture(Consumer<String> listener) {
        departures.add(listener);
    }

    /** Calls {@code listener} each time the map has been read: all who keep a part of it have answered. */
    public void onRefresh(Runnable listener) {
        refreshes.add(listener);
    }

    /** A JVM has left: its leases go at once, and calls to it need wait no longer. */
    public void memberLeft(String member) {
        for (var entry : entries()) {
            if (!entry.lease().member().equals(member)) continue;
            view.remove(entry.lease().address());
            map.remove(entry.lease().address())
                    .onFailure(e -> LOG.warn(
                            "cannot remove the lease of {}; it will run out",
                            entry.lease().address(),
                            e));
            departures.forEach(listener -> listener.accept(entry.lease().address()));
        }
        changed();
    }

    private void ring() {
        vertx.eventBus().publish(DOORBELL, Buffer.buffer());
    }

    void refresh() {
        synchronized (this) {
            refreshAgain = refreshing;
            if (refreshing) return;
            refreshing = true;
        }
        refreshNow().onComplete(done -> {
            if (done.failed()) LOG.warn("cannot read the directory; the last view stays", done.cause());
            boolean again;
            synchronized (this) {
                refreshing = false;
                again = refreshAgain;
            }
            if (again) refresh();
        });
    }

    private Future<Void> refreshNow() {
        return map.entries().map(found -> {
            merge(found);
            refreshes.forEach(Runnable::run);
            return null;
        });
    }

    private void merge(Map<String, String> found) {
        var now = System.currentTimeMillis();
        var before = Map.copyOf(view);
        found.forEach((address, text) ->
                view.put(address, new Entry(Json.decode(Buffer.buffer(text), Lease.class), true, now)));
        for (var entry : before.values()) {
            var address = entry.lease().address();
            if (found.containsKey(address)) continue;
            var ended = entry.lease().state() == State.DRAINING;
            if (ended || entry.forgettable(now)) view.remove(address);
            else view.put(address, new Entry(entry.lease(), false, entry.seenAtMillis()));
        }
        if (!sameShape(before)) changed();
    }

    private boolean sameShape(Map<String, Entry> before) {
        if (!before.keySet().equals(view.keySet())) return false;
        return before.entrySet().stream().allMatch(entry -> {
            var now = view.get(entry.getKey());
            return now != null
                    && now.held() == entry.getValue().held()
                    && now.lease().equals(entry.getValue().lease());
        });
    }

    private void changed() {
        listeners.forEach(listener -> listener.accept(this));
    }
}
