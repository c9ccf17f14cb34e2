package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import omnibus.platform.Secret;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Operation;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One limit, two gateways. */
class SharedLimitsTest {
    private static final int PER_SECOND = 200;
    private static final Operation READ = Contract.load("wishlist").operations().get("wishlist.getWishlist");

    private final TestPlatform test = TestPlatform.start();
    private final List<SharedBuckets> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SharedBuckets::close);
        test.close();
    }

    private Limits gateway(String redis) {
        var buckets = new SharedBuckets(test.vertx(), new Secret(redis));
        opened.add(buckets);
        return new Limits(buckets, PER_SECOND, PER_SECOND);
    }

    /** Calls of one client, begun at once at each of the gateways, and how many of them were let through. */
    private int admitted(int calls, Limits... gateways) {
        Promise<Integer> all = Promise.promise();
        test.vertx().runOnContext(loop -> {
            var standings = new ArrayList<Future<Limits.Standing>>();
            for (var i = 0; i < calls; i++) {
                for (var gateway : gateways) {
                    standings.add(gateway.count(READ, Identity.anonymous(), "10.0.0.1", System.nanoTime()));
                }
            }
            Future.all(standings)
                    .map(done -> (int) standings.stream()
                            .filter(standing -> standing.result().admitted())
                            .count())
                    .onComplete(all);
        });
        return test.await(all.future());
    }

    @Test
    void togetherTheyLetThroughWhatOneWould() {
        var redis = TestStores.redis();
        var started = System.nanoTime();
        var admitted = admitted(400, gateway(redis), gateway(redis));
        var seconds = (System.nanoTime() - started) / 1e9;
        assertTrue(admitted >= 0.9 * PER_SECOND, "only " + admitted);
        assertTrue(admitted <= PER_SECOND * (1 + seconds) + 1, admitted + " in " + seconds + " s");
    }

    @Test
    void withoutRedisEachLimitsByItselfAndNobodyIsShutOut() {
        var nowhere = "redis://127.0.0.1:1/0";
        var started = System.nanoTime();
        var admitted = admitted(400, gateway(nowhere));
        var seconds = (System.nanoTime() - started) / 1e9;
        assertTrue(admitted >= PER_SECOND, "only " + admitted);
        assertTrue(admitted <= PER_SECOND * (1 + seconds) + 1, admitted + " in " + seconds + " s");
    }

    @Test
    void anotherClientHasABucketOfItsOwn() {
        var gateway = gateway(TestStores.redis());
        admitted(400, gateway);
        Promise<Limits.Standing> other = Promise.promise();
        test.vertx()
                .runOnContext(loop -> gateway.count(READ, Identity.anonymous(), "10.0.0.2", System.nanoTime())
                        .onComplete(other));
        var standing = test.await(other.future());
        assertTrue(standing.admitted());
        assertEquals("\"browse\";r=199;t=1", standing.remaining());
    }
}
