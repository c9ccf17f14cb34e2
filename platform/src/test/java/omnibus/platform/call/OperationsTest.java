package omnibus.platform.call;

import static omnibus.platform.LocalPlatform.greet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Json;
import omnibus.platform.LocalPlatform;
import omnibus.platform.Problem.Fault;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationsTest {
    private static final Identity ADMIN = new Identity(UUID.randomUUID(), Set.of("customer", "admin"), "s");
    private static final Identity CUSTOMER = new Identity(UUID.randomUUID(), Set.of("customer"), "s");
    private static LocalPlatform local;

    @BeforeAll
    static void startOneGreeter() {
        local = new LocalPlatform();
        local.greeter();
    }

    @AfterAll
    static void stop() {
        local.close();
    }

    private static Request keep(String body) {
        return Request.write("greeter.keepGreeting", Deadline.in(Duration.ofSeconds(5)))
                .as(ADMIN)
                .header("Idempotency-Key", "k1")
                .bytes(Buffer.buffer(body));
    }

    private static List<Fault> faults(Answer answer) {
        assertEquals(400, answer.status(), answer.body().toString());
        return answer.asProblem().faults();
    }

    @Test
    void aCallIsAnsweredByTheMethodOfItsName() {
        var answer = local.call(greet("Ada"));
        assertEquals(200, answer.status());
        assertEquals("Hello Ada", answer.as(Map.class).get("text"));
    }

    @Test
    void aReadCarriesAnEntityTagAndIsNotSentTwice() {
        var tag = local.call(greet("Ada")).headers().get("ETag");
        var again = local.call(greet("Ada").header("If-None-Match", "\"other\", W/" + tag));
        assertEquals(304, again.status());
        assertEquals(0, again.body().length());
        assertEquals(200, local.call(greet("Bob").header("If-None-Match", tag)).status());
    }

    @Test
    void anUndeclaredParameterIsRefused() {
        assertEquals(
                List.of(Fault.parameter("lod", "is not a parameter of this operation")),
                faults(local.call(greet("Ada").query("lod", "true"))));
    }

    @Test
    void aRepeatedParameterIsRefused() {
        var request = greet("Ada").query("times", 1);
        request.headers().add("query.times", "2");
        assertEquals(List.of(Fault.parameter("times", "is given more than once")), faults(local.call(request)));
    }

    @ParameterizedTest
    @CsvSource({"times,0", "times,4", "times,1.5", "times,x", "times,99999999999999999999", "loud,yes"})
    void aParameterOutOfRangeOrOfTheWrongTypeIsRefused(String name, String value) {
        assertEquals(
                name, faults(local.call(greet("Ada").query(name, value))).get(0).parameter());
    }

    @Test
    void aMissingHeaderIsNamed() {
        var request = Request.write("greeter.keepGreeting", Deadline.in(Duration.ofSeconds(5)))
                .as(ADMIN)
                .body(Map.of("text", "hi"));
        assertEquals(List.of(Fault.parameter("Idempotency-Key", "is required")), faults(local.call(request)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                     | /text   | is required",
                "{\"text\":\"\"}                        | /text   | must have at least 1 character(s)",
                "{\"text\":5}                           | /text   | must be of type string",
                "{\"text\":\"hi\",\"volume\":12}        | /volume | must be at most 11",
                "{\"text\":\"hi\",\"volume\":1.5}       | /volume | must be of type integer",
                "{\"text\":\"hi\",\"volume\":1e400}     | /volume | must be of type integer",
                "{\"text\":\"hi\",\"price\":1}          | /price  | is not a known field",
                "{\"text\":\"hi\",\"tags\":[\"a\",2]}   | /tags/1 | must be of type string",
                "{\"text\":\"a\\u0000b\"}               | /text   | contains a character that no text may have",
                "{\"text\":\"\\ud800\"}                 | /text   | contains a character that no text may have",
            })
    void aFaultInTheBodyIsPointedAt(String body, String pointer, String detail) {
        assertTrue(faults(local.call(keep(body))).contains(Fault.at(pointer, detail)), body);
    }

    @Test
    void allFaultsAreToldTogether() {
        assertEquals(2, faults(local.call(keep("{\"volume\":-1}"))).size());
    }

    @Test
    void aGoodBodyReachesTheMethodAsARecord() {
        var answer = local.call(keep("{\"text\":\"hi\",\"volume\":3}"));
        assertEquals(201, answer.status());
        assertEquals("/api/v1/greetings/1", answer.headers().get("Location"));
        assertEquals("{\"text\":\"hi\",\"volume\":3}", answer.body().toString());
    }

    @Test
    void aServiceAsksForRightsItself() {
        var request = Request.write("greeter.keepGreeting", Deadline.in(Duration.ofSeconds(5)))
                .body(Map.of("text", "hi"));
        assertEquals(401, local.call(request).status());
        assertEquals(403, local.call(request.as(CUSTOMER)).status());
    }

    @Test
    void aBugIsAnsweredOnceAndTellsNothing() {
        var answer = local.call(Request.write("greeter.stumble", Deadline.in(Duration.ofSeconds(5)))
                .as(CUSTOMER));
        assertEquals(500, answer.status());
        assertEquals("internal-error", answer.asProblem().code());
        assertFalse(answer.body().toString().contains("hunter2"));
        assertFalse(answer.body().toString().contains("Exception"));
    }

    @Test
    void anUnknownOperationIsNotFound() {
        assertEquals(
                404,
                local.call(Request.read("greeter.fly", Deadline.in(Duration.ofSeconds(5))))
                        .status());
    }

    @Test
    void anInstanceHandsOutItsContract() {
        var answer = local.call(Request.read("greeter.readContract", Deadline.in(Duration.ofSeconds(5))));
        var contract = Contract.of("greeter", Json.tree(answer.body()));
        assertEquals(Contract.load("greeter").digest(), contract.digest());
        assertEquals(
                Set.of("admin"),
                contract.operations().get("greeter.keepGreeting").access().roles());
    }
}
