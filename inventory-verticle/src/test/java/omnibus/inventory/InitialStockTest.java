package omnibus.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.Follower;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class InitialStockTest {

    @RegisterExtension
    static final InventoryFixtures shop = new InventoryFixtures();

    private final Cursor follower = new InitialStock(shop.pool, shop.store, shop.log).cursor();

    private static LoggedEvent created(long position, String sku, Object units) {
        var data = units == null ? Map.of("sku", sku) : Map.of("sku", sku, "initialStock", units);
        return new LoggedEvent(position, Event.of("ProductCreated", "product-" + sku, 1, data));
    }

    private Position from() {
        return shop.await(follower.claim(shop.test.platform().instanceId())).orElseThrow();
    }

    private void read(List<LoggedEvent> events) {
        var from = from();
        var last = from.position() + events.size();
        shop.await(follower.advance(from, new Position("log", last), events));
        assertEquals(new Position("log", last), from());
    }

    @Test
    void aNewProductGetsItsStockOnceHoweverOftenTheLogIsRead() {
        var page = List.of(created(1, "FIRST", 7), created(2, "SECOND", null), created(3, "FIRST", 9));
        read(page);
        assertEquals(7, shop.level("FIRST").onHand());
        assertEquals(0, shop.level("SECOND").onHand());
        read(page);
        assertEquals(7, shop.level("FIRST").onHand());
        assertEquals(List.of("IN_STOCK"), shop.availabilitiesOf("FIRST"));
        assertEquals(List.of("OUT_OF_STOCK"), shop.availabilitiesOf("SECOND"));
        shop.assertTheBooksBalance();
    }

    @Test
    void eventsOfOtherTypesMoveTheCursorOnly() {
        read(List.of(new LoggedEvent(1, Event.of("ProductDeleted", "p", 2, Map.of("sku", "GONE")))));
        assertTrue(shop.await(shop.store.find("GONE")).isEmpty());
    }

    @Test
    void anImportOfThousandsIsFollowedToItsEnd() {
        var events = new ArrayList<LoggedEvent>();
        IntStream.rangeClosed(1, 2_000).forEach(n -> events.add(created(n, "IMPORT-" + n, n)));
        shop.test.answer("product.readEvents", call -> {
            var after = Integer.parseInt(call.query("after"));
            var end = Math.min(events.size(), after + Integer.parseInt(call.query("limit")));
            return Future.succeededFuture(
                    Answer.ok(new EventPage("import", List.copyOf(events.subList(after, end)), events.size())));
        });
        var running = Follower.of(shop.test.platform(), "product", follower);
        running.start();
        try {
            shop.test.eventually(() -> shop.await(shop.store
                    .find("IMPORT-2000")
                    .map(found -> found.isPresent())
                    .otherwise(false)));
        } finally {
            shop.await(running.stop());
        }
        assertEquals(events.size(), shop.number("select count(*) from stock where sku like 'IMPORT-%'"));
        assertEquals(2_000, shop.level("IMPORT-2000").onHand());
    }
}
