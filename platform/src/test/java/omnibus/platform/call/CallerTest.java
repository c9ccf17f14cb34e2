package omnibus.platform.call;

import static omnibus.platform.LocalPlatform.await;
import static omnibus.platform.LocalPlatform.greet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import omnibus.platform.LocalPlatform;
import omnibus.platform.Problem;
import omnibus.platform.directory.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallerTest {
    private final LocalPlatform local = new LocalPlatform();

    @AfterEach
    void stop() {
        local.close();
    }

    private void waitForInstances(int count) {
        local.eventually(() -> local.platform.directory().entries("greeter").stream()
                        .filter(entry -> entry.lease().state() == Lease.State.READY)
                        .count()
                == count);
    }

    @Test
    void anAbsentServiceIsUnavailableAtOnceAndSaysWhenToComeBack() {
        var refusal = assertThrows(Problem.class, () -> local.call(greet("Ada")));
        assertEquals(503, refusal.status());
        assertTrue(refusal.headers().containsKey("Retry-After"));
    }

    @Test
    void everyInstanceGetsItsShare() {
        for (var i = 0; i < 3; i++) local.greeter();
        waitForInstances(3);
        for (var i = 0; i < 300; i++) local.call(greet("Ada"));
        var counts = new HashMap<String, Integer>();
        for (var entry : local.platform.directory().entries("greeter")) {
            var request = Request.read("greeter.readStatus", Deadline.in(Duration.ofSeconds(2)));
            var status = await(
                            local.platform.caller().callInstance(entry.lease().address(), request))
                    .as(Map.class);
            counts.put(entry.lease().address(), (Integer) status.get("calls"));
        }
        assertEquals(300, counts.values().stream().mapToInt(Integer::intValue).sum());
        assertTrue(counts.values().stream().allMatch(calls -> calls >= 60), counts.toString());
    }

    @Test
    void aReadThatMeetsSilenceIsTriedOnAnotherInstance() {
        local.greeter().api().hold = Promise.promise();
        local.greeter();
        waitForInstances(2);
        for (var i = 0; i < 10; i++)
            assertEquals(200, local.call(greet("Ada").tryFor(100)).status());
    }

    @Test
    void whereSomebodyElseCanBeAskedSilenceIsWaitedForASecondOnly() {
        local.greeter().api().hold = Promise.promise();
        local.greeter();
        waitForInstances(2);
        var greetings = IntStream.range(0, 10)
                .mapToObj(i -> Request.read("greeter.greet", Deadline.in(Duration.ofMillis(2_500)))
                        .path("name", "Ada"))
                .map(local.platform.caller()::call)
                .toList();
        await(Future.all(greetings));
    }

    @Test
    void whereNobodyElseCanBeAskedALateAnswerIsWaitedFor() {
        Promise<Answer> late = Promise.promise();
        local.greeter().api().hold = late;
        waitForInstances(1);
        var greeting = local.platform.caller().call(greet("Ada"));
        local.platform.vertx().setTimer(1_300, tick -> late.complete(Answer.ok(Map.of())));
        assertEquals(200, await(greeting).status());
    }

    @Test
    void aWriteOfUnknownFateIsNotRepeated() {
        local.greeter();
        var held = Request.write("greeter.awaitNothing", Deadline.in(Duration.ofSeconds(5)))
                .tryFor(50);
        assertEquals(504, assertThrows(Problem.class, () -> local.call(held)).status());
    }

    @Test
    void aReadThatNoStoreAnswersIsWorthRepeating() {
        local.greeter().api().hold = Promise.promise();
        var refusal = assertThrows(Problem.class, () -> local.call(greet("Ada").tryFor(200)));
        assertEquals(503, refusal.status());
        assertEquals("2", refusal.headers().get("Retry-After"));
    }

    @Test
    void nobodyWaitsPastTheDeadline() {
        local.greeter();
        var request = Request.read("greeter.awaitNothing", Deadline.inMillis(100));
        assertEquals(504, assertThrows(Problem.class, () -> local.call(request)).status());
    }

    @Test
    void anInstanceThatVanishedWithoutAWordCostsNoFailedCall() {
        local.greeter();
        var gone = new Lease(
                "greeter",
                "gone",
                "greeter@gone",
                "0",
                "x",
                Lease.State.READY,
                "",
                0,
                "h",
                0,
                java.time.Instant.now(),
                Map.of());
        await(local.platform.directory().put(gone));
        waitForInstances(2);
        for (var i = 0; i < 20; i++) assertEquals(200, local.call(greet("Ada")).status());
    }

    @Test
    void aCallUnderWayToAJvmThatLeavesFailsAtOnceAndIsTriedElsewhere() {
        var held = local.greeter();
        held.api().hold = Promise.promise();
        var call = local.platform.caller().call(greet("Ada").tryFor(10_000));
        var address = local.platform.directory().entries("greeter").get(0).lease();
        local.greeter();
        waitForInstances(2);
        await(local.platform
                .directory()
                .put(new Lease(
                        address.service(),
                        address.instance(),
                        address.address(),
                        "0",
                        address.contract(),
                        Lease.State.READY,
                        "member-1",
                        0,
                        "h",
                        0,
                        java.time.Instant.now(),
                        Map.of())));
        local.eventually(() -> local.platform
                .directory()
                .entry(address.address())
                .orElseThrow()
                .lease()
                .member()
                .equals("member-1"));
        local.platform.directory().memberLeft("member-1");
        assertEquals(200, await(call).status());
    }

    @Test
    void aFullInstanceRefusesBrowsingBeforeCheckout() {
        var full = local.platform(Map.of("OMNIBUS_IN_FLIGHT", "4"));
        var greeter = local.greeter(full);
        greeter.api().hold = Promise.promise();
        for (var i = 0; i < 3; i++) local.platform.caller().call(greet("Ada"));
        var refused = local.call(greet("Bob"));
        assertEquals(503, refused.status());
        var admin = new Identity(java.util.UUID.randomUUID(), java.util.Set.of("admin"), null);
        var checkout = Request.write("greeter.keepGreeting", Deadline.in(Duration.ofSeconds(2)))
                .as(admin)
                .header("Idempotency-Key", "k")
                .body(Map.of("text", "hi"));
        assertEquals(201, local.call(checkout).status());
        greeter.api().hold.complete(Answer.ok(Map.of()));
    }

    @Test
    void thatACallWouldBeRefusedIsKnownBeforeItIsMade() {
        var contract = Contract.load("greeter");
        var browsing = contract.operations().get("greeter.greet");
        var away = local.platform.caller().refusalOf(browsing).orElseThrow();
        assertEquals(503, away.status());
        assertTrue(away.headers().containsKey("Retry-After"));

        var greeter = local.greeter(local.platform(Map.of("OMNIBUS_IN_FLIGHT", "4")));
        waitForInstances(1);
        assertTrue(local.platform.caller().refusalOf(browsing).isEmpty());

        greeter.api().hold = Promise.promise();
        for (var i = 0; i < 3; i++) local.platform.caller().call(greet("Ada"));
        local.eventually(() -> {
            assertEquals(503, local.call(greet("Bob")).status());
            return local.platform.caller().refusalOf(browsing).isPresent();
        });
        greeter.api().hold.complete(Answer.ok(Map.of()));
    }

    @Test
    void silenceOpensTheBreakerAndTheNextCallsFailAtOnce() {
        local.greeter();
        var last = 504;
        for (var i = 0; i < 40 && last == 504; i++) {
            var unanswered = Request.read("greeter.awaitNothing", Deadline.in(Duration.ofSeconds(5)))
                    .tryFor(5);
            last = assertThrows(Problem.class, () -> local.call(unanswered)).status();
        }
        assertEquals(503, last);
    }
}
