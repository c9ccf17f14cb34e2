package omnibus.product;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StockCursorStoreTest {
    private static final Instant NOON = Instant.parse("2026-01-12T12:00:00Z");
    private static final List<LoggedEvent> PAGE =
            List.of(new LoggedEvent(1, Event.of("AvailabilityChanged", "MUG", 1, Map.of())));

    private final List<String> effects = new ArrayList<>();
    private Catalogue catalogue;

    @BeforeEach
    void open() {
        catalogue = new Catalogue();
    }

    @AfterEach
    void close() {
        catalogue.close();
    }

    private StockCursorStore cursorAt(Instant now) {
        return new StockCursorStore(catalogue.mongo, Clock.fixed(now, ZoneOffset.UTC), (logId, page) -> {
            effects.add(logId + ":" + page.size());
            return Future.succeededFuture();
        });
    }

    private Optional<Position> claim(StockCursorStore cursor, String holder) {
        return catalogue.run(() -> cursor.claim(holder));
    }

    private void advance(StockCursorStore cursor, Position from, Position to, List<LoggedEvent> page) {
        catalogue.run(() -> cursor.advance(from, to, page));
    }

    @Test
    void aNewCursorStartsAtTheBeginningAndKeepsItsPlace() {
        var cursor = cursorAt(NOON);
        assertEquals(Optional.of(Position.START), claim(cursor, "a"));
        advance(cursor, Position.START, new Position("log", 0), List.of());
        advance(cursor, new Position("log", 0), new Position("log", 1), PAGE);
        assertEquals(Optional.of(new Position("log", 1)), claim(cursor, "a"));
        assertEquals(List.of("log:1"), effects);
    }

    @Test
    void oneInstancePullsAtATime() {
        claim(cursorAt(NOON), "a");
        assertEquals(Optional.empty(), claim(cursorAt(NOON), "b"));
        assertEquals(Optional.empty(), claim(cursorAt(NOON.plusSeconds(9)), "b"));
    }

    @Test
    void whoeverHoldsItNoLongerIsFollowedByAnother() {
        var first = cursorAt(NOON);
        claim(first, "a");
        var later = cursorAt(NOON.plus(Duration.ofSeconds(11)));
        assertEquals(Optional.of(Position.START), claim(later, "b"));
        assertThrows(IllegalStateException.class, () -> advance(first, Position.START, new Position("log", 1), PAGE));
        advance(later, Position.START, new Position("log", 1), PAGE);
        assertEquals(List.of("log:1", "log:1"), effects);
    }

    @Test
    void aPlaceThatHasMovedOnIsNotMovedAgain() {
        var cursor = cursorAt(NOON);
        claim(cursor, "a");
        advance(cursor, Position.START, new Position("log", 1), PAGE);
        assertThrows(IllegalStateException.class, () -> advance(cursor, Position.START, new Position("log", 1), PAGE));
    }

    @Test
    void whatIsPutAsideIsKeptAndAppliedWhenAsked() {
        var cursor = cursorAt(NOON);
        claim(cursor, "a");
        var event = PAGE.get(0);
        var id = event.event().id();
        for (var twice = 0; twice < 2; twice++) {
            var from = new Position(twice == 0 ? "" : "log", twice);
            catalogue.run(() -> cursor.putAside(from, new Position("log", from.position() + 1), event, "broken"));
        }

        assertEquals(Optional.of(new Position("log", 2)), claim(cursor, "a"));
        var letters = catalogue.run(() -> cursor.deadLetters(Optional.empty(), 10));
        assertEquals(1, letters.size());
        assertEquals(event.event().toString(), letters.get(0).event().toString());
        assertEquals("broken", letters.get(0).error());
        assertEquals(NOON, letters.get(0).since());
        assertEquals(List.of(), catalogue.run(() -> cursor.deadLetters(Optional.of(id), 10)));
        assertEquals(
                Optional.of(1L), catalogue.run(() -> cursor.applyDeadLetter(id)).map(DeadLetter::position));
        assertEquals(List.of("log:1"), effects);
        assertEquals(Optional.empty(), catalogue.run(() -> cursor.applyDeadLetter(id)));
    }

    @Test
    void withoutItsEffectTheCursorStays() {
        var cursor = new StockCursorStore(
                catalogue.mongo, Clock.systemUTC(), (logId, page) -> Future.failedFuture("no effect"));
        claim(cursor, "a");
        assertThrows(RuntimeException.class, () -> advance(cursor, Position.START, new Position("log", 1), PAGE));
        assertEquals(Optional.of(Position.START), claim(cursor, "a"));
    }
}
