package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.Event;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What services have put aside, as an administrator sees it. */
class DeadLettersTest {
    private static final String PATH = "/api/v1/cluster/dead-letters";
    private static final List<DeadLetter> CART = new CopyOnWriteArrayList<>();
    private static final List<DeadLetter> ORDER = new CopyOnWriteArrayList<>();
    private static GatewaySuite suite;
    private static Browser browser;

    @BeforeAll
    static void open() {
        suite = new GatewaySuite();
        browser = suite.browser;
        holds("cart", CART);
        holds("order", ORDER);
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    @BeforeEach
    void none() {
        CART.clear();
        ORDER.clear();
    }

    private static void holds(String service, List<DeadLetter> letters) {
        suite.platform.answer(service + ".readDeadLetters", call -> {
            var after = call.query("after") == null ? "" : call.query("after");
            return Future.succeededFuture(Answer.ok(Map.of(
                    "items",
                    letters.stream()
                            .filter(letter -> id(letter).compareTo(after) > 0)
                            .sorted(Comparator.comparing(DeadLettersTest::id))
                            .limit(Long.parseLong(call.query("limit")))
                            .toList())));
        });
        suite.platform.answer(service + ".applyDeadLetter", call -> {
            for (var letter : letters) {
                if (!id(letter).equals(call.path("id"))) continue;
                if (letter.error().equals("for good")) {
                    return Future.failedFuture(Problem.conflict("dead-letter-fails-again", "for good"));
                }
                letters.remove(letter);
                return Future.succeededFuture(Answer.ok(letter));
            }
            return Future.failedFuture(Problem.notFound());
        });
    }

    private static String id(DeadLetter letter) {
        return letter.event().id().toString();
    }

    private static DeadLetter letter(String source, String error) {
        var event = Event.of("Happened", "a", 1, Map.of("n", 1));
        return new DeadLetter(source, "log", 7, event, error, Instant.parse("2026-01-05T09:00:00Z"));
    }

    private static Browser.Reply list(String query) {
        return browser.get(PATH + query, "Authorization", suite.bearer("admin"));
    }

    private static Browser.Reply retry(String service, Object id) {
        return browser.post(PATH + "/" + service + "/" + id + "/retry", "", "Authorization", suite.bearer("admin"));
    }

    @Test
    void theLettersOfAllServicesAreListedPageByPage() {
        for (var i = 0; i < 3; i++) ORDER.add(letter("payment", "broken"));
        for (var i = 0; i < 2; i++) CART.add(letter("order", "broken"));
        var expected = new ArrayList<UUID>();
        CART.forEach(letter -> expected.add(letter.event().id()));
        ORDER.forEach(letter -> expected.add(letter.event().id()));

        var read = new ArrayList<UUID>();
        var page = list("?limit=2");
        var first = page.json().path("items").get(0);
        while (true) {
            page.json()
                    .path("items")
                    .forEach(item -> read.add(
                            UUID.fromString(item.path("event").path("id").asText())));
            if (!page.json().has("next")) break;
            assertTrue(page.header("Link").contains("rel=\"next\""));
            page = list("?limit=2&cursor=" + page.json().path("next").asText());
        }

        assertEquals(expected, read);
        assertEquals("cart", first.path("service").asText());
        assertEquals("order", first.path("source").asText());
        assertEquals(7, first.path("position").asInt());
        assertEquals("broken", first.path("error").asText());
        assertEquals(1, first.path("event").path("data").path("n").asInt());
    }

    @Test
    void aServiceThatDoesNotAnswerIsNamed() {
        try (var other = new GatewaySuite()) {
            other.platform.answer(
                    "cart.readDeadLetters", call -> Future.failedFuture(Problem.unavailable("The store is away.", 1)));

            var page = other.browser.get(PATH, "Authorization", other.bearer("admin"));

            assertEquals(200, page.status());
            assertEquals("[\"cart\"]", page.json().path("silent").toString());
        }
    }

    @Test
    void aRetriedLetterIsNoneAnyMore() {
        CART.add(letter("order", "broken"));
        var id = CART.get(0).event().id();

        var applied = retry("cart", id);

        assertEquals(200, applied.status(), applied.response().body());
        assertEquals(id.toString(), applied.json().path("event").path("id").asText());
        assertEquals("cart", applied.json().path("service").asText());
        assertEquals(0, list("").json().path("items").size());
        assertEquals("not-found", retry("cart", id).code());
    }

    @Test
    void aLetterThatFailsAgainStays() {
        CART.add(letter("order", "for good"));

        var refused = retry("cart", CART.get(0).event().id());

        assertEquals("dead-letter-fails-again", refused.code());
        assertEquals(1, list("").json().path("items").size());
    }

    @Test
    void whatNamesNothingIsNotFound() {
        assertEquals("not-found", retry("cart", Ids.next()).code());
        assertEquals("not-found", retry("cart", "nonsense").code());
        assertEquals("not-found", retry("nobody", Ids.next()).code());
        assertEquals("invalid-cursor", list("?cursor=rubbish").code());
    }

    @Test
    void onlyAdministratorsSeeAndRetryThem() {
        var customer = suite.bearer("customer");
        assertEquals(401, browser.get(PATH).status());
        assertEquals(403, browser.get(PATH, "Authorization", customer).status());
        var retrying = PATH + "/cart/" + Ids.next() + "/retry";
        assertEquals(403, browser.post(retrying, "", "Authorization", customer).status());
    }
}
