package omnibus.gateway;

import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;

/**
 * How often one client may call, by class of operation: reads per client address, writes per user (per address while
 * nobody is signed in). Counted in this gateway's memory. The numbers let an ordinary shopper or a busy client pass
 * unhindered; they stop one client from taking the shop for itself.
 */
final class Limits {
    /** Buckets kept at most; the one unused for longest goes first, and has long been full again. */
    private static final int MAX_BUCKETS = 50_000;

    /** The standing of one client after a call: what the RateLimit fields tell. */
    record Standing(boolean admitted, String policy, String remaining, long retryAfterSeconds) {
        Problem refusal() {
            return Problem.limited("Too many requests; the limit is " + policy + ".", retryAfterSeconds);
        }
    }

    private record Class(String name, int perSecond, String policy) {
        static Class of(String name, int perSecond) {
            // draft-ietf-httpapi-ratelimit-headers-10: quota and window of the policy, as structured fields
            return new Class(name, perSecond, "\"" + name + "\";q=" + perSecond + ";w=1");
        }
    }

    private final Class browse;
    private final Class write;
    private final Map<String, TokenBucket> buckets = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > MAX_BUCKETS;
        }
    };

    Limits(int browsePerSecond, int writesPerSecond) {
        browse = Class.of("browse", browsePerSecond);
        write = Class.of("write", writesPerSecond);
    }

    Standing read(String address, long now) {
        return take(browse, network(address), now);
    }

    Standing write(Identity caller, String address, long now) {
        return take(write, caller.signedIn() ? caller.userId().toString() : network(address), now);
    }

    private Standing take(Class limit, String who, long now) {
        var bucket = buckets.computeIfAbsent(limit.name + ' ' + who, key -> new TokenBucket(limit.perSecond, now));
        var admitted = bucket.take(now);
        var wait = bucket.secondsToNext();
        var remaining = "\"" + limit.name + "\";r=" + bucket.left() + ";t=" + bucket.secondsToFull();
        return new Standing(admitted, limit.policy, remaining, Math.max(1, wait));
    }

    /** An IPv6 client owns a /64 at least (RFC 6177); its single addresses are no clients of their own. */
    static String network(String address) {
        if (address.indexOf(':') < 0) return address;
        var end = -1;
        for (var group = 0; group < 4; group++) {
            end = address.indexOf(':', end + 1);
            if (end < 0 || end + 1 < address.length() && address.charAt(end + 1) == ':') return address;
        }
        return address.substring(0, end) + "::/64";
    }
}
