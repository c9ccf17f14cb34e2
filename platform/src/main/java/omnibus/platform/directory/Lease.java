package omnibus.platform.directory;

import java.time.Instant;
import java.util.Map;

/**
 * What an instance says of itself to everyone, renewed each second.
 *
 * @param service the service it serves, such as {@code order}
 * @param instance unique among all instances ever started
 * @param address the one bus address of the instance
 * @param contract digest of its contract
 * @param member id of the cluster member (JVM) it runs in, empty where there is no cluster
 * @param stores state of each store it uses
 */
public record Lease(
        String service,
        String instance,
        String address,
        String version,
        String contract,
        State state,
        String member,
        long pid,
        String host,
        int managementPort,
        Instant startedAt,
        Map<String, Store> stores) {

    public enum State {
        STARTING,
        READY,
        NOT_READY,
        DRAINING
    }

    /** A store as its user sees it. {@code kind}: {@code embedded}, {@code emulated} or {@code external}. */
    public record Store(String kind, boolean up) {}

    public Lease with(State newState, Map<String, Store> newStores) {
        return new Lease(
                service,
                instance,
                address,
                version,
                contract,
                newState,
                member,
                pid,
                host,
                managementPort,
                startedAt,
                newStores);
    }
}
