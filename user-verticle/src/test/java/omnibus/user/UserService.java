package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import omnibus.platform.Json;
import omnibus.platform.Settings;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Outage;
import omnibus.platform.call.Request;
import omnibus.platform.call.SchemaCheck;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The deployed verticle of one suite, spoken to over the bus as a gateway does. */
final class UserService implements BeforeAllCallback, AfterAllCallback {
    static final String ADMIN_EMAIL = "boss@example.com";
    static final String ADMIN_PASSWORD = "the boss's password";
    static final String PASSWORD = "correct horse battery";

    private static final int PATIENCE = 10;

    private final AtomicInteger people = new AtomicInteger();
    private final Map<String, String> more;
    private TestPlatform test;
    private Pool pool;

    UserService() {
        this(Map.of());
    }

    /** With more settings than the usual ones. */
    UserService(Map<String, String> more) {
        this.more = more;
    }

    /** Somebody who has signed in: as whom the gateway lets them act, and their refresh token. */
    record Person(Identity identity, String email, String refreshToken) {
        UUID id() {
            return identity.userId();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        test = TestPlatform.start();
        var postgres = TestStores.postgres("user");
        pool = Postgres.pool(test.vertx(), postgres);
        var config = UserConfig.from(settings(postgres, more));
        patiently(() ->
                test.deploy(new UserVerticle(test.platform(), config, UserFixtures.CHEAP, SigningKeys.STANDARD_BITS)));
    }

    /** As {@code Main} does: a database that is too busy to answer in time is asked again. */
    static <T> T patiently(Supplier<T> attempt) {
        for (var tries = 1; ; tries++) {
            try {
                return attempt.get();
            } catch (RuntimeException failure) {
                if (tries == PATIENCE || !Outage.is(failure)) throw failure;
            }
        }
    }

    static Settings settings(PostgresConfig postgres) {
        return settings(postgres, Map.of());
    }

    private static Settings settings(PostgresConfig postgres, Map<String, String> more) {
        var values = new HashMap<>(more);
        values.put("OMNIBUS_POSTGRES_URL", url(postgres));
        values.put(UserConfig.SIGNING_SECRET, UserFixtures.SIGNING_SECRET.reveal());
        values.put("ADMIN_EMAIL", ADMIN_EMAIL);
        values.put("ADMIN_PASSWORD", ADMIN_PASSWORD);
        return Settings.of(values);
    }

    static String url(PostgresConfig postgres) {
        return "postgresql://%s:%s@%s:%d/%s"
                .formatted(
                        postgres.user(),
                        postgres.password().reveal(),
                        postgres.host(),
                        postgres.port(),
                        postgres.database());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        test.close();
    }

    /** As if they had signed in so many seconds earlier. */
    void letTimePass(Person person, int seconds) {
        test.await(pool.preparedQuery(
                        "update session set created_at = created_at - make_interval(secs => $1) where id = $2")
                .execute(Tuple.of(
                        (double) seconds, UUID.fromString(person.identity().session()))));
    }

    /** Keeps every thread that could hash a password from doing so, until what is answered is run. */
    Runnable keepFromHashing() {
        var threads = test.vertx().createSharedWorkerExecutor("passwords");
        var kept = new CountDownLatch(Passwords.AT_A_TIME);
        var go = new CountDownLatch(1);
        for (var i = 0; i < Passwords.AT_A_TIME; i++) {
            threads.executeBlocking(
                    () -> {
                        kept.countDown();
                        return go.await(1, TimeUnit.MINUTES);
                    },
                    false);
        }
        await(kept);
        return () -> {
            go.countDown();
            threads.close();
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static Request request(String operation) {
        return Request.write("user." + operation, Deadline.in(Duration.ofSeconds(10)));
    }

    Answer call(Request request) {
        if (!request.headers().contains(BusHeaders.CLIENT)) {
            request.headers().set(BusHeaders.CLIENT, "198.51.100." + people.incrementAndGet());
        }
        return test.call(request);
    }

    Answer call(String operation, Object body) {
        return call(request(operation).body(body));
    }

    Answer callAs(Person person, String operation) {
        return call(request(operation).as(person.identity()));
    }

    Answer callAs(Person person, String operation, Object body) {
        return call(request(operation).as(person.identity()).body(body));
    }

    /** A call on one thing, named by its id. */
    Answer callAs(Person person, String operation, Object id, Object body) {
        var request = request(operation).as(person.identity()).path("id", id);
        return call(body == null ? request : request.body(body));
    }

    void eventually(BooleanSupplier condition) {
        test.eventually(condition);
    }

    String anEmail() {
        return "person" + people.incrementAndGet() + "@example.com";
    }

    Person aCustomer() {
        var email = anEmail();
        call("register", Map.of("email", email, "password", PASSWORD, "name", "Some Body"));
        return signIn(email, PASSWORD);
    }

    Person theAdmin() {
        return signIn(ADMIN_EMAIL, ADMIN_PASSWORD);
    }

    Person signIn(String email, String password) {
        return person(email, call("login", Map.of("email", email, "password", password)));
    }

    /** Who has been signed in by this answer. */
    static Person person(String email, Answer signedIn) {
        assertEquals(200, signedIn.status(), signedIn.body().toString());
        var tokens = json(signedIn);
        return new Person(identityOf(tokens), email, tokens.path("refreshToken").asText());
    }

    /** What a gateway makes of an access token. */
    static Identity identityOf(JsonNode tokens) {
        var payload = tokens.path("token").asText().split("\\.")[1];
        var claims = Json.tree(Buffer.buffer(Base64.getUrlDecoder().decode(payload)));
        Set<String> roles = new HashSet<>();
        claims.path("roles").forEach(role -> roles.add(role.asText()));
        var user = UUID.fromString(claims.path("sub").asText());
        return new Identity(user, roles, claims.path("sid").asText());
    }

    static JsonNode json(Answer answer) {
        return Json.tree(answer.body());
    }

    static String code(Answer answer) {
        var type = json(answer).path("type").asText();
        return type.substring(type.lastIndexOf('/') + 1);
    }

    /** An address as a client sends it, some fields set otherwise (null: left out). */
    static Map<String, Object> anAddress(Object... otherwise) {
        var address = new HashMap<String, Object>(Map.of(
                "name", "Ada Lovelace",
                "line1", "12 St James's Square",
                "city", "London",
                "postalCode", "SW1Y 4JH",
                "country", "GB"));
        for (var i = 0; i < otherwise.length; i += 2) {
            if (otherwise[i + 1] == null) address.remove(otherwise[i].toString());
            else address.put(otherwise[i].toString(), otherwise[i + 1]);
        }
        return address;
    }

    static void assertIs(String schema, JsonNode value) {
        assertEquals(List.of(), SchemaCheck.of(Contract.load("user"), schema).faults(value));
    }

    static void assertFault(String pointer, Answer answer) {
        assertEquals(400, answer.status(), answer.body().toString());
        assertIs("Problem", json(answer));
        var pointers = new ArrayList<String>();
        json(answer)
                .path("errors")
                .forEach(fault -> pointers.add(fault.path("pointer").asText()));
        assertTrue(pointers.contains(pointer), pointers.toString());
    }

    static List<String> idsOf(JsonNode page) {
        return StreamSupport.stream(page.path("items").spliterator(), false)
                .map(item -> item.path("id").asText())
                .toList();
    }

    List<String> endedSessions() {
        var answer = call(request("readEndedSessions"));
        assertEquals(200, answer.status());
        return StreamSupport.stream(json(answer).path("sessions").spliterator(), false)
                .map(one -> one.path("session").asText())
                .toList();
    }

    Map<String, Object> registration(Object... otherwise) {
        var body =
                new HashMap<String, Object>(Map.of("email", anEmail(), "password", PASSWORD, "name", "Ada Lovelace"));
        for (var i = 0; i < otherwise.length; i += 2) body.put(otherwise[i].toString(), otherwise[i + 1]);
        return body;
    }
}
