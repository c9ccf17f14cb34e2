package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.gateway.Browser.Reply;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Doorbell;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What everybody gets alike is asked for once. */
class EdgeCacheTest {
    private static final AtomicInteger CARDS = new AtomicInteger();
    private static GatewaySuite suite;
    private String card;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @BeforeEach
    void anotherCard() {
        card = "/api/v1/wishlists/" + CARDS.incrementAndGet() + "/card";
    }

    private static int asked(Reply reply) {
        assertEquals(200, reply.status());
        return reply.json().path("asked").asInt();
    }

    private Reply get(String... headers) {
        return suite.browser.get(card, headers);
    }

    @Test
    void whatIsKeptIsNotAskedForAgainAndSaysSo() {
        var first = get();
        var second = get();
        assertEquals(asked(first), asked(second));
        assertEquals("omnibus; fwd=miss", first.header("Cache-Status"));
        assertEquals("omnibus; hit", second.header("Cache-Status"));
        assertNotNull(second.header("Age"));
        assertEquals(first.header("ETag"), second.header("ETag"));
    }

    @Test
    void whoHasItAlreadyGets304FromWhatIsKept() {
        var tag = get().header("ETag");
        var again = get("If-None-Match", tag);
        assertEquals(304, again.status());
        assertEquals("omnibus; hit", again.header("Cache-Status"));
        assertEquals(200, get("If-None-Match", "\"other\"").status());
    }

    @Test
    void theFirstWhoAsksForA304LeavesAWholeAnswerForTheOthers() {
        var tag = get().header("ETag");
        ring();
        assertTrue(get("If-None-Match", tag).status() <= 304);
        assertEquals(200, get().status());
    }

    @Test
    void whatEverybodySeesNamesNobody() {
        assertEquals(
                "null",
                get("Authorization", suite.bearer("customer"))
                        .json()
                        .path("user")
                        .asText());
    }

    @Test
    void manyWhoAskAtOnceAreAnsweredByOneCall() {
        Promise<Answer> held = Promise.promise();
        var before = suite.wishlists.cardsAsked.get();
        suite.wishlists.nextCard = held.future();
        var replies = new ArrayList<CompletableFuture<Reply>>();
        for (var i = 0; i < 10; i++)
            replies.add(CompletableFuture.supplyAsync(() -> new Browser(suite.gateway.port()).get(card)));
        suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 10);
        held.complete(Answer.ok(Map.of("asked", -1)));
        for (var reply : replies) assertEquals(-1, asked(reply.join()));
        assertEquals(before + 1, suite.wishlists.cardsAsked.get());
    }

    @Test
    void whoReloadsSeesWhatIsThereNowAndSoDoTheOthersAfterwards() {
        var first = asked(get());
        var reloaded = asked(get("Cache-Control", "no-cache"));
        assertTrue(reloaded > first);
        assertEquals(reloaded, asked(get()));
    }

    @Test
    void aRingOfTheDoorbellEndsIt() {
        var first = asked(get());
        ring();
        suite.platform.eventually(() -> asked(get()) > first);
    }

    private void ring() {
        Doorbell.ring(suite.platform.vertx(), "wishlist");
    }

    @Test
    void aWriteThroughThisGatewayEndsItAtOnce() {
        var first = asked(get());
        suite.createWishlist();
        assertTrue(asked(get()) > first);
    }

    @Test
    void whileSomebodyReloadsAllTheTimeAnswersAreKeptAllTheSame() {
        Promise<Answer> first = Promise.promise();
        Promise<Answer> second = Promise.promise();
        var replies = new ArrayList<CompletableFuture<Reply>>();
        for (var held : List.of(first, second)) {
            suite.wishlists.nextCard = held.future();
            replies.add(CompletableFuture.supplyAsync(
                    () -> new Browser(suite.gateway.port()).get(card, "Cache-Control", "no-cache")));
            suite.platform.eventually(() -> suite.wishlists.nextCard == null);
        }
        first.complete(Answer.ok(Map.of("asked", -6)));
        assertEquals(-6, asked(replies.get(0).join()));
        assertEquals(-6, asked(get()));
        second.complete(Answer.ok(Map.of("asked", -7)));
        assertEquals(-7, asked(replies.get(1).join()));
        assertEquals(-7, asked(get()));
    }

    @Test
    void whileTheServiceIsAwayWhatIsKeptIsShownAsStale() {
        var first = asked(get());
        suite.wishlists.nextCard = Future.failedFuture(Problem.unavailable("away", 2));
        var stale = get("Cache-Control", "no-cache");
        assertEquals(first, asked(stale));
        assertEquals("omnibus; hit; fwd=stale; detail=away", stale.header("Cache-Status"));
        assertTrue(asked(get("Cache-Control", "no-cache")) > first, "and when it is back, what is there now");
    }

    @Test
    void aServiceThatIsSilentIsNotWaitedForWhereSomethingIsKept() {
        var first = asked(get());
        Promise<Answer> silent = Promise.promise();
        suite.wishlists.nextCard = silent.future();
        var stale = get("Cache-Control", "no-cache");
        assertEquals(first, asked(stale), "answered although the service has not");
        assertEquals("omnibus; hit; fwd=stale; detail=away", stale.header("Cache-Status"));
        silent.complete(Answer.ok(Map.of("asked", -3)));
        suite.platform.eventually(() -> asked(get()) == -3);
    }

    @Test
    void whereSomethingHasChangedASlowServiceIsWaitedFor() {
        assertTrue(asked(get()) > 0);
        suite.createWishlist();
        suite.wishlists.nextCard =
                suite.platform.vertx().timer(1_500, TimeUnit.MILLISECONDS).map(Answer.ok(Map.of("asked", -4)));
        assertEquals(-4, asked(get()));
    }

    @Test
    void whatHasGoneIsNotShownAsStale() {
        get();
        suite.wishlists.nextCard = Future.failedFuture(Problem.notFound());
        assertEquals(404, get("Cache-Control", "no-cache").status());
        suite.wishlists.nextCard = Future.failedFuture(Problem.unavailable("away", 2));
        assertEquals(503, get().status());
    }

    @Test
    void aBugOfTheServiceDoesNotCostWhatIsKeptForBadTimes() {
        var first = asked(get());
        suite.wishlists.nextCard = Future.failedFuture(new IllegalStateException("a bug"));
        assertEquals(500, get("Cache-Control", "no-cache").status());
        suite.wishlists.nextCard = Future.failedFuture(Problem.unavailable("away", 2));
        assertEquals(first, asked(get("Cache-Control", "no-cache")));
    }

    @Test
    void whatTheServiceWantsNobodyToKeepIsNotKept() {
        for (var header : Map.of("Cache-Control", "max-age=0, No-Store", "Vary", "Accept-Language")
                .entrySet()) {
            suite.wishlists.nextCard =
                    Future.succeededFuture(Answer.ok(Map.of("asked", -2)).header(header.getKey(), header.getValue()));
            assertEquals(-2, asked(get("Cache-Control", "No-Cache")));
            assertTrue(asked(get()) > 0, header.toString());
        }
    }

    @Test
    void anAnswerThatComesLateDoesNotReplaceTheOneToALaterQuestion() {
        Promise<Answer> first = Promise.promise();
        suite.wishlists.nextCard = first.future();
        var slow = CompletableFuture.supplyAsync(() -> new Browser(suite.gateway.port()).get(card));
        suite.platform.eventually(() -> suite.wishlists.nextCard == null);
        var later = asked(get("Cache-Control", "no-cache"));
        first.complete(Answer.ok(Map.of("asked", -5)));
        assertEquals(-5, asked(slow.join()));
        assertEquals(later, asked(get()));
    }

    @Test
    void whatWasNeverSeenIs503() {
        suite.wishlists.nextCard = Future.failedFuture(Problem.unavailable("away", 2));
        var reply = get();
        assertEquals(503, reply.status());
        assertEquals("2", reply.header("Retry-After"));
        assertEquals(200, get().status(), "a refusal is not kept");
    }

    @Test
    void whatSaysNothingOfItIsNotKept() {
        assertNull(suite.browser.get("/api/v1/wishlists/7").header("Cache-Status"));
    }
}
