package omnibus.platform.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.Ids;
import omnibus.platform.Instance;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdempotencyKeysTest {
    private static final Identity ADA = new Identity(UUID.randomUUID(), Set.of("customer"), null);
    private static final Identity BOB = new Identity(UUID.randomUUID(), Set.of("customer"), null);

    private TestPlatform platform;
    private Pool pool;
    private static final AtomicInteger MADE = new AtomicInteger();

    private static final class Kept extends VerticleBase {
        private final Platform platform;
        private final Pool pool;

        Kept(Platform platform, Pool pool) {
            this.platform = platform;
            this.pool = pool;
        }

        @Override
        public Future<?> start() {
            return Instance.of(platform, Contract.load("kept"), this).start();
        }

        Future<Answer> makeThing(Call call) {
            var id = Ids.next().toString();
            return Postgres.transaction(
                    pool,
                    tx -> IdempotencyKeys.claim(tx, call, id).map(earlier -> {
                        if (call.json().path("name").asText().equals("bad")) throw Problem.conflict("bad-name", "no");
                        if (earlier.isEmpty()) MADE.incrementAndGet();
                        return Answer.created("/api/v1/things/" + earlier.orElse(id), Map.of());
                    }));
        }
    }

    @BeforeEach
    void start() {
        MADE.set(0);
        platform = TestPlatform.start();
        var config = TestStores.postgres("kept");
        platform.await(Postgres.migrate(platform.vertx(), config, "kept"));
        pool = Postgres.pool(platform.vertx(), config);
        platform.deploy(new Kept(platform.platform(), pool));
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private static Request make(Identity who, String key, String name) {
        return Request.write("kept.makeThing", Deadline.in(Duration.ofSeconds(6)))
                .as(who)
                .header("Idempotency-Key", key)
                .body(Map.of("name", name));
    }

    @Test
    void aRepeatIsTheSameThing() {
        var first = platform.call(make(ADA, "k", "mug")).headers().get("Location");
        assertEquals(first, platform.call(make(ADA, "k", "mug")).headers().get("Location"));
        assertEquals(1, MADE.get());
    }

    @Test
    void fiftyAtOnceMakeOneThing() {
        platform.call(make(BOB, "warm", "mug"));
        MADE.set(0);
        var calls = new ArrayList<Future<Answer>>();
        for (var i = 0; i < 50; i++) calls.add(platform.platform().caller().call(make(ADA, "k", "mug")));
        platform.await(Future.join(calls));
        var places = calls.stream()
                .map(Future::result)
                .filter(answer -> answer.status() == 201)
                .map(answer -> answer.headers().get("Location"))
                .distinct()
                .count();
        assertEquals(1, places);
        assertEquals(1, MADE.get());
        assertEquals(
                0,
                calls.stream()
                        .map(Future::result)
                        .filter(a -> a.status() != 201 && a.status() != 409)
                        .count());
    }

    @Test
    void aKeyBelongsToItsRequest() {
        platform.call(make(ADA, "k", "mug"));
        assertEquals(
                "idempotency-key-reused",
                platform.call(make(ADA, "k", "plate")).asProblem().code());
    }

    @Test
    void aKeyBelongsToItsUser() {
        platform.call(make(ADA, "k", "mug"));
        assertEquals(201, platform.call(make(BOB, "k", "plate")).status());
        assertEquals(2, MADE.get());
    }

    @Test
    void aRefusedRequestDoesNotUseUpItsKey() {
        assertEquals(409, platform.call(make(ADA, "k", "bad")).status());
        assertEquals(201, platform.call(make(ADA, "k", "good")).status());
    }

    @Test
    void aKeyIsForgottenAfterADay() {
        platform.call(make(ADA, "k", "mug"));
        platform.await(pool.query("update idempotency_key set created_at = now() - interval '25 hours'")
                .execute());
        assertEquals(201, platform.call(make(ADA, "k", "plate")).status());
        assertEquals(2, MADE.get());
    }

    @Test
    void whatNobodyCanUseAnyMoreIsDeletedHoweverMuchItIs() {
        var many = 2 * IdempotencyKeys.FORGOTTEN_AT_ONCE + 1;
        keep("generate_series(1, " + many + ") as n", "25 hours 1 minute");
        keep("generate_series(1, 3) as n", "24 hours 59 minutes");
        platform.call(make(ADA, "k", "mug"));

        platform.await(IdempotencyKeys.forgetOld(pool));

        var left = platform.await(
                pool.query("select count(*) from idempotency_key").execute());
        assertEquals(3 + 1, left.iterator().next().getLong(0));
        platform.call(make(ADA, "k", "mug"));
        assertEquals(1, MADE.get());
    }

    private void keep(String each, String age) {
        platform.await(
                pool.query("insert into idempotency_key select gen_random_uuid(), 'k' || n, '', '', now() - interval '"
                                + age + "' from " + each)
                        .execute());
    }
}
