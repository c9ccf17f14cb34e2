package example.wishlist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import omnibus.platform.Money;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;
import omnibus.testkit.ArchRules;
import omnibus.testkit.ContractRules;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole service on a database of its own; the catalogue and the user service's log are faked. */
class WishlistTest {
    private static final Set<String> SOLD = ConcurrentHashMap.newKeySet();
    private static final List<LoggedEvent> USER_LOG = new CopyOnWriteArrayList<>();
    private static TestPlatform shop;

    private record Quote(List<String> skus) {}

    @BeforeAll
    static void start() {
        shop = TestPlatform.start();
        shop.answer("product.quoteProducts", call -> {
            var found = new ArrayList<Map<String, Object>>();
            for (var sku : call.body(Quote.class).skus()) if (SOLD.contains(sku)) found.add(product(sku));
            return Future.succeededFuture(Answer.ok(Map.of("products", found)));
        });
        shop.answer("user.readEvents", call -> {
            var after = Long.parseLong(call.query("after"));
            var news = USER_LOG.stream().filter(it -> it.position() > after).toList();
            return Future.succeededFuture(Answer.ok(new EventPage("log", news, USER_LOG.size())));
        });
        shop.deploy(new WishlistVerticle(shop.platform(), TestStores.postgres("wishlist")));
        for (var i = 0; i < 101; i++) SOLD.add("MUG-" + i);
        SOLD.addAll(List.of("TEAPOT", "SAUCER"));
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    private static Map<String, Object> product(String sku) {
        return Map.of(
                "sku",
                sku,
                "productId",
                UUID.randomUUID(),
                "name",
                "A " + sku,
                "price",
                new Money(1250, "EUR"),
                "availability",
                "IN_STOCK");
    }

    private static Identity somebody() {
        return new Identity(UUID.randomUUID(), Set.of("customer"), "session");
    }

    private static Deadline soon() {
        return Deadline.in(Duration.ofSeconds(10));
    }

    private static Answer put(Identity who, String sku) {
        return shop.call(
                Request.write("wishlist.putItem", soon()).path("sku", sku).as(who));
    }

    private static Answer delete(Identity who, String sku) {
        return shop.call(
                Request.write("wishlist.deleteItem", soon()).path("sku", sku).as(who));
    }

    private static List<String> listOf(Identity who) {
        return skus(shop.call(Request.read("wishlist.getWishlist", soon()).as(who)));
    }

    private static List<String> skus(Answer answer) {
        var skus = new ArrayList<String>();
        answer.as(JsonNode.class)
                .path("items")
                .forEach(item -> skus.add(item.path("sku").asText()));
        return skus;
    }

    @Test
    void aWishIsThereOnceHoweverOftenItIsWished() {
        var ada = somebody();
        assertEquals(List.of("TEAPOT"), skus(put(ada, "TEAPOT")));
        assertEquals(List.of("TEAPOT", "SAUCER"), skus(put(ada, "SAUCER")));
        assertEquals(List.of("TEAPOT", "SAUCER"), skus(put(ada, "TEAPOT")));
        assertEquals(List.of("TEAPOT", "SAUCER"), listOf(ada));
        assertEquals(List.of(), listOf(somebody()));
    }

    @Test
    void whatWasTakenOffIsGone() {
        var ada = somebody();
        put(ada, "TEAPOT");
        assertEquals(204, delete(ada, "TEAPOT").status());
        assertEquals(204, delete(ada, "TEAPOT").status());
        assertEquals(List.of(), listOf(ada));
    }

    @Test
    void whatIsNotSoldCannotBeWishedForAndIsNotShown() {
        var ada = somebody();
        assertEquals(404, put(ada, "UNKNOWN").status());
        SOLD.add("LAST-YEAR");
        put(ada, "LAST-YEAR");
        SOLD.remove("LAST-YEAR");
        assertEquals(List.of(), listOf(ada));
    }

    @Test
    void aFullListTakesNoMore() {
        var ada = somebody();
        for (var i = 0; i < 100; i++) assertEquals(200, put(ada, "MUG-" + i).status());
        assertEquals(400, put(ada, "MUG-100").status());
        assertEquals(200, put(ada, "MUG-7").status());
        assertEquals(100, listOf(ada).size());
    }

    @Test
    void withoutSignInThereIsNoList() {
        assertEquals(
                401, shop.call(Request.read("wishlist.getWishlist", soon())).status());
    }

    @Test
    void itsLogTellsEachChangeOnce() {
        var ada = somebody();
        put(ada, "TEAPOT");
        put(ada, "TEAPOT");
        delete(ada, "TEAPOT");
        var page = shop.call(Request.read("wishlist.readEvents", soon())
                        .query("after", 0)
                        .query("limit", 1_000))
                .as(EventPage.class);
        var told = page.events().stream()
                .map(LoggedEvent::event)
                .filter(event -> event.aggregate().equals(ada.userId().toString()))
                .toList();
        assertEquals(
                List.of("WishAdded", "WishRemoved"),
                told.stream().map(Event::type).toList());
        assertTrue(told.get(0).version() < told.get(1).version());
    }

    @Test
    void whoClosesTheAccountIsForgotten() {
        var ada = somebody();
        put(ada, "TEAPOT");
        USER_LOG.add(new LoggedEvent(
                USER_LOG.size() + 1,
                Event.of("UserDeleted", ada.userId().toString(), 2, Map.of("userId", ada.userId()))));
        shop.eventually(() -> listOf(ada).isEmpty());
    }

    @Test
    void theHouseRulesHoldForPluginsToo() {
        ArchRules.check("example.wishlist");
        ContractRules.check("wishlist");
    }
}
