package omnibus.launcher;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the shop of a home should look like, kept in {@code run/shop.json} from {@code up} to {@code down}. Holds the
 * settings' secrets, hence 0600.
 *
 * @param url where clients find the shop; scripts read it here
 * @param wanted instances per scalable service
 * @param build the jars new processes run
 */
record ShopState(
        String url, Instant startedAt, ShopSettings settings, Ports ports, Map<String, Integer> wanted, String build) {

    int wanted(String service) {
        return wanted.getOrDefault(service, 1);
    }

    ShopState withWanted(String service, int count) {
        var counts = new TreeMap<>(wanted);
        counts.put(service, count);
        return new ShopState(url, startedAt, settings, ports, counts, build);
    }

    /** Without a word about a service that is not part of the shop any more. */
    ShopState without(String service) {
        var counts = new TreeMap<>(wanted);
        counts.remove(service);
        return new ShopState(url, startedAt, settings, ports, counts, build);
    }

    ShopState withBuild(String newer) {
        return new ShopState(url, startedAt, settings, ports, wanted, newer);
    }
}
