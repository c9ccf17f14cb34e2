package omnibus.gateway;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.IpAddress;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Operation;

/**
 * How often one client may call: reads per client address, writes per user (per address while nobody is signed in) and of
 * all users of an address together, operations with a limit of their own by that. The numbers let an ordinary shopper or a busy client pass unhindered; they
 * stop one client from taking the shop for itself.
 *
 * <p>All gateways take from the same buckets in Redis. A gateway takes some tokens at a time and gives them out without
 * asking again, so what is let through together never exceeds the limit, and falls short of it at most by what the
 * gateways hold, {@link #PART} of it each. While Redis is away each counts in its own memory. Lives on one event loop.
 */
final class Limits {
    /** Clients remembered at most; the one not seen for longest goes first, and its bucket has long been full again. */
    private static final int MAX_CLIENTS = 50_000;

    /** So many users of one address may write as fast as they may at once; mostly there are more, who do not. */
    private static final int USERS_AT_ONE_ADDRESS = 4;

    /** The part of a bucket that a gateway takes at a time: one in so many. */
    private static final int PART = 25;

    /** Tokens held for longer have come back into the bucket meanwhile, and are void. */
    private static final long HOLD_NANOS = 1_000_000_000L;

    /** The standing of one client after a call: what the RateLimit fields tell. */
    record Standing(boolean admitted, String policy, String remaining, long retryAfterSeconds) {
        Problem refusal() {
            return Problem.limited("Too many requests; the limit is " + policy + ".", retryAfterSeconds);
        }
    }

    private record Policy(String name, int perSecond, String bucket, String text) {
        /** {@code service}: whose contract declares it, or empty. One name in two contracts stands for two limits. */
        static Policy of(String service, String name, int perSecond) {
            // draft-ietf-httpapi-ratelimit-headers-10: quota and window of the policy, as structured fields
            return new Policy(
                    name,
                    perSecond,
                    (service.isEmpty() ? name : service + '.' + name) + '/' + perSecond,
                    "\"" + name + "\";q=" + perSecond + ";w=1");
        }

        int part() {
            return Math.max(1, perSecond / PART);
        }

        Standing standing(boolean admitted, int left, long fullSeconds, long retrySeconds) {
            var remaining = "\"" + name + "\";r=" + left + ";t=" + fullSeconds;
            return new Standing(admitted, text, remaining, Math.max(1, retrySeconds));
        }
    }

    /** What this gateway holds of one client's bucket. */
    private static final class Client {
        private int held;
        private long heldSince;
        private int leftInBucket;
        private long emptyUntil;
        private boolean empty;
        private Future<SharedBuckets.Lease> taking;
        private TokenBucket own;

        boolean isEmpty(long now) {
            return empty && now - emptyUntil < 0;
        }
    }

    private final SharedBuckets shared;
    private final Policy browse;
    private final Policy write;
    private final Policy writesOfMany;
    private final Map<String, Policy> declared = new LinkedHashMap<>();
    private final Map<String, Client> clients = new Recent<>(MAX_CLIENTS);

    /** {@code shared} may be null: this gateway is the only one. */
    Limits(SharedBuckets shared, int browsePerSecond, int writesPerSecond) {
        this.shared = shared;
        browse = Policy.of("", "browse", browsePerSecond);
        write = Policy.of("", "write", writesPerSecond);
        writesOfMany = Policy.of("", "writes-of-address", USERS_AT_ONE_ADDRESS * writesPerSecond);
    }

    /** Counts one call; at once in nearly all cases. {@code now} in nanoseconds. */
    Future<Standing> count(Operation operation, Identity caller, String address, long now) {
        var limit = operation.limit();
        if (limit == null) return operation.reads() ? countRead(address, now) : countWrite(caller, address, now);
        var policy = declared.computeIfAbsent(
                operation.service() + ' ' + limit.name() + ' ' + limit.perSecond(),
                key -> Policy.of(operation.service(), limit.name(), limit.perSecond()));
        return take(policy, who(limit.perUser(), caller, address), now);
    }

    /** Counts what is no call of an operation as one read. */
    Future<Standing> countRead(String address, long now) {
        return take(browse, IpAddress.clientNetwork(address), now);
    }

    /** Accounts are easily had: whoever writes with many from one address is limited by that, too. */
    private Future<Standing> countWrite(Identity caller, String address, long now) {
        var own = take(write, who(true, caller, address), now);
        if (!caller.signedIn()) return own;
        return own.compose(standing -> standing.admitted()
                ? take(writesOfMany, IpAddress.clientNetwork(address), now).map(all -> all.admitted() ? standing : all)
                : own);
    }

    private static String who(boolean perUser, Identity caller, String address) {
        return perUser && caller.signedIn() ? caller.userId().toString() : IpAddress.clientNetwork(address);
    }

    private Future<Standing> take(Policy policy, String who, long now) {
        var key = policy.bucket + ' ' + who;
        var client = clients.computeIfAbsent(key, name -> new Client());
        if (shared == null || shared.isAway(now)) return Future.succeededFuture(takeOwn(policy, client, now));
        if (client.held > 0 && now - client.heldSince < HOLD_NANOS) {
            client.held--;
            if (client.held < policy.part() / 2 && !client.isEmpty(now)) lease(policy, key, client);
            return Future.succeededFuture(standing(policy, client, true));
        }
        client.held = 0;
        if (client.isEmpty(now)) return Future.succeededFuture(standing(policy, client, false));
        // Of those who waited for these tokens some may get none: they ask again, until there are some or none at all.
        return lease(policy, key, client)
                .transform(taken -> taken.succeeded()
                        ? take(policy, who, System.nanoTime())
                        : Future.succeededFuture(takeOwn(policy, client, System.nanoTime())));
    }

    /** One question at a time for each client; who comes meanwhile waits for the same answer. */
    private Future<SharedBuckets.Lease> lease(Policy policy, String key, Client client) {
        if (client.taking != null) return client.taking;
        var asked = shared.take(key, policy.perSecond, policy.part());
        client.taking = asked;
        return asked.onComplete(answered -> {
            client.taking = null;
            if (answered.failed()) return;
            var lease = answered.result();
            var now = System.nanoTime();
            client.own = null;
            client.held += lease.taken();
            client.heldSince = now;
            client.leftInBucket = lease.left();
            client.empty = lease.taken() == 0;
            client.emptyUntil = now + lease.nextMillis() * 1_000_000;
        });
    }

    private static Standing standing(Policy policy, Client client, boolean admitted) {
        var left = client.held + client.leftInBucket;
        var full = (long) Math.ceil((policy.perSecond - left) / (double) policy.perSecond);
        return policy.standing(admitted, admitted ? left : 0, Math.max(0, full), 1);
    }

    private static Standing takeOwn(Policy policy, Client client, long now) {
        if (client.own == null) client.own = new TokenBucket(policy.perSecond, now);
        var admitted = client.own.take(now);
        return policy.standing(admitted, client.own.left(), client.own.secondsToFull(), client.own.secondsToNext());
    }
}
