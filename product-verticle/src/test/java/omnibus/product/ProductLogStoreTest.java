package omnibus.product;

import static omnibus.product.ProductFixtures.content;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProductLogStoreTest {
    private Catalogue catalogue;

    @BeforeEach
    void open() {
        catalogue = new Catalogue();
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    private static JsonObject event(String aggregate, long version) {
        return EventDocument.of(Event.of("ProductUpdated", aggregate, version, Map.of("a.b", "$c")));
    }

    private static List<JsonObject> events(String aggregate, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(v -> event(aggregate, v))
                .toList();
    }

    private List<LoggedEvent> log() {
        return catalogue.run(() -> catalogue.log.read(0, 1_000_000)).events();
    }

    private static List<Long> positions(List<LoggedEvent> log) {
        return log.stream().map(LoggedEvent::position).toList();
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void whatIsAppendedIsReadInOrder() {
        catalogue.run(() -> catalogue.log.append(events("a", 1, 5)));
        catalogue.run(() -> catalogue.log.append(events("b", 1, 3)));
        assertEquals(oneTo(8), positions(log()));
        var page = catalogue.run(() -> catalogue.log.read(2, 4));
        assertEquals(List.of(3L, 4L, 5L, 6L), positions(page.events()));
        assertEquals(8, page.head());
        assertEquals("$c", page.events().get(0).event().data().path("a.b").asText());
        assertEquals(List.of(), catalogue.run(() -> catalogue.log.read(8, 4)).events());
        assertEquals(List.of(), catalogue.run(() -> catalogue.log.read(800, 4)).events());
    }

    @Test
    void anEventMovedTwiceIsThereOnce() {
        var events = events("a", 1, 6);
        catalogue.run(() -> catalogue.log.append(events.subList(0, 4)));
        catalogue.run(() -> catalogue.log.append(events));
        assertEquals(oneTo(6), positions(log()));
        assertEquals(
                oneTo(6), log().stream().map(logged -> logged.event().version()).toList());
    }

    @Test
    void theLogKeepsItsIdAndAnotherLogHasAnother() {
        var id = catalogue.run(() -> catalogue.log.read(0, 1)).logId();
        try (var second = catalogue.another();
                var elsewhere = new Catalogue()) {
            assertEquals(id, second.run(() -> second.log.read(0, 1)).logId());
            assertTrue(!id.equals(elsewhere.run(() -> elsewhere.log.read(0, 1)).logId()));
        }
    }

    @Test
    void aLongLogIsReadInPagesOfDecentSize() {
        var large = IntStream.rangeClosed(1, 6)
                .mapToObj(v -> EventDocument.of(
                        Event.of("ProductUpdated", "a", v, Map.of("description", "x".repeat(300_000)))))
                .toList();
        catalogue.run(() -> catalogue.log.append(large));
        var page = catalogue.run(() -> catalogue.log.read(0, 500));
        assertEquals(oneTo(3), positions(page.events()));
        assertEquals(6, page.head());
    }

    @Test
    void positionsStayDenseWhileSeveralInstancesAppend() {
        var instances = List.of(catalogue, catalogue.another(), catalogue.another(), catalogue.another());
        var work = new ArrayList<Future<?>>();
        for (var i = 0; i < instances.size(); i++) {
            var instance = instances.get(i);
            var aggregate = "aggregate-" + i;
            work.add(instance.begin(() -> {
                Future<Void> all = Future.succeededFuture();
                for (var batch = 0; batch < 12; batch++) {
                    var from = batch * 25 + 1;
                    all = all.compose(before -> instance.log.append(events(aggregate, from, from + 24)));
                }
                return all;
            }));
        }
        catalogue.platform.await(Future.all(work));
        var log = log();
        assertEquals(oneTo(4 * 12 * 25), positions(log));
        var versions = new HashMap<String, List<Long>>();
        log.forEach(logged -> versions.computeIfAbsent(logged.event().aggregate(), a -> new ArrayList<>())
                .add(logged.event().version()));
        for (var versionsOfOne : versions.values()) assertEquals(oneTo(300), versionsOfOne);
        instances.subList(1, 4).forEach(Catalogue::close);
    }

    @Test
    void severalInstancesThatMoveTheSameProductsTellEachChangeOnceAndInOrder() {
        var others = List.of(catalogue.another(), catalogue.another());
        var ids = new ArrayList<String>();
        for (var i = 0; i < 30; i++) {
            var sku = "M-" + i;
            var product = catalogue.run(() -> catalogue.products.create(sku, content("Mug"), 0));
            ids.add(product.id().toString());
        }
        var work = new ArrayList<Future<?>>();
        for (var round = 0; round < 4; round++) {
            var name = "Name " + round;
            for (var id : ids) {
                work.add(catalogue.begin(() -> catalogue.products.edit(
                        java.util.UUID.fromString(id),
                        Catalogue.ANY,
                        p -> p.edited(p.sku(), content(name + p.version()), p.updatedAt()))));
            }
            for (var other : others) work.add(other.begin(() -> other.events.move(ids)));
        }
        catalogue.platform.await(Future.all(work));
        catalogue.run(() -> catalogue.events.move(ids));
        var log = log();
        assertEquals(oneTo(log.size()), positions(log));
        assertEquals(
                log.size(), new HashSet<>(log.stream().map(l -> l.event().id()).toList()).size());
        var byProduct = log.stream()
                .collect(Collectors.groupingBy(
                        l -> l.event().aggregate(),
                        Collectors.mapping(l -> l.event().version(), Collectors.toList())));
        assertEquals(30, byProduct.size());
        for (var versions : byProduct.values()) assertEquals(oneTo(5), versions);
        others.forEach(Catalogue::close);
    }

    @Test
    void whatAnInstanceLeftBehindIsFoundAndMoved() {
        var change = catalogue.products.creation("LEFT-1", content("Left behind"), 3);
        catalogue.run(() -> catalogue.store.save(List.of(change)));
        assertEquals(List.of(), log());
        var next = catalogue.another();
        next.begin(() -> {
            next.events.start();
            return Future.succeededFuture();
        });
        catalogue.platform.eventually(() -> log().size() == 1);
        assertEquals("ProductCreated", log().get(0).event().type());
        catalogue.platform.eventually(
                () -> catalogue.run(() -> catalogue.store.withPending(10)).isEmpty());
        next.close();
    }
}
