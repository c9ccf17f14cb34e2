package omnibus.platform.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.Follower;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EventLogTest {
    private static TestPlatform platform;
    private Pool pool;
    private EventLog log;

    @BeforeAll
    static void start() {
        platform = TestPlatform.start();
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void freshDatabase() {
        var config = TestStores.postgres("kept");
        platform.await(Postgres.migrate(platform.vertx(), config, "kept"));
        pool = Postgres.pool(platform.vertx(), config);
        log = new EventLog(platform.platform(), "kept", pool);
    }

    private static Event event(String aggregate, long version) {
        return Event.of("Happened", aggregate, version, Map.of("n", version));
    }

    private void append(Event... events) {
        platform.await(Postgres.transaction(pool, tx -> log.append(tx, List.of(events))));
    }

    private List<LoggedEvent> read(long after, int limit) {
        return platform.await(log.read(after, limit)).events();
    }

    @Test
    void positionsAreDenseFromOneInTheOrderOfInsertion() {
        append(event("a", 1), event("a", 2));
        append(event("a", 3));
        var events = read(0, 10);
        assertEquals(
                List.of(1L, 2L, 3L), events.stream().map(LoggedEvent::position).toList());
        assertEquals(
                List.of(1L, 2L, 3L),
                events.stream().map(e -> e.event().version()).toList());
    }

    @Test
    void anEventComesBackAsItWasWritten() {
        var written = event("a", 1);
        append(written);
        assertEquals(written.toString(), read(0, 1).get(0).event().toString());
    }

    @Test
    void aPageKnowsTheLogAndItsHead() {
        append(event("a", 1), event("a", 2), event("a", 3));
        var page = platform.await(log.read(1, 1));
        assertEquals(3, page.head());
        assertEquals(
                List.of(2L), page.events().stream().map(LoggedEvent::position).toList());
        assertEquals(page.logId(), platform.await(log.read(100, 1)).logId());
    }

    @Test
    void oneUsersEventsAreReadAloneAndThePageKnowsTheWholeLogsHead() {
        append(
                Event.of("Happened", "a", 1, Map.of("userId", "ann")),
                Event.of("Happened", "b", 1, Map.of("userId", "bob")),
                Event.of("Happened", "c", 1, Map.of("userId", "ann")),
                event("d", 1));
        var page = platform.await(log.readOfUser("ann", 1, 10));
        assertEquals(
                List.of(3L), page.events().stream().map(LoggedEvent::position).toList());
        assertEquals(4, page.head());
        assertTrue(platform.await(log.readOfUser("nobody", 0, 10)).events().isEmpty());
    }

    @Test
    void anEmptyLogHasAnIdToo() {
        var page = platform.await(log.read(0, 10));
        assertTrue(page.events().isEmpty());
        assertEquals(36, page.logId().length());
    }

    @Test
    void whatIsRolledBackNeverHappened() {
        assertThrows(
                IllegalStateException.class,
                () -> platform.await(Postgres.transaction(
                        pool,
                        tx -> log.append(tx, List.of(event("a", 1)))
                                .compose(done -> Future.failedFuture(new IllegalStateException("no"))))));
        append(event("a", 2));
        assertEquals(
                List.of(1L), read(0, 10).stream().map(LoggedEvent::position).toList());
    }

    /** The trap of sequences: an earlier row that commits later must not be skipped by a reader who saw the later one. */
    @Test
    void aTransactionThatCommitsLateIsNotSkipped() {
        Promise<Void> inserted = Promise.promise();
        Promise<Void> commit = Promise.promise();
        var late = Postgres.transaction(
                pool,
                tx -> log.append(tx, List.of(event("late", 1))).compose(done -> {
                    inserted.complete();
                    return commit.future();
                }));
        platform.await(inserted.future());
        append(event("early", 1));
        assertEquals(
                List.of("early"),
                read(0, 10).stream().map(e -> e.event().aggregate()).toList());
        commit.complete();
        platform.await(late);
        var next = read(1, 10);
        assertEquals(
                List.of("late"), next.stream().map(e -> e.event().aggregate()).toList());
        assertEquals(2, next.get(0).position());
    }

    @Test
    void manyWritersAndReadersAtOnceSeeEachEventOnceAndInOneOrder() {
        for (var version = 1; version <= 10; version++) {
            var together = new ArrayList<Future<?>>();
            for (var writer = 0; writer < 20; writer++) {
                var happened = event("w" + writer, version);
                together.add(Postgres.transaction(pool, tx -> log.append(tx, List.of(happened))));
                together.add(log.read(0, 1000));
            }
            platform.await(Future.all(together));
        }
        var events = read(0, 1000);
        assertEquals(
                LongStream.rangeClosed(1, 200).boxed().toList(),
                events.stream().map(LoggedEvent::position).toList());
        assertEquals(200, new HashSet<>(events.stream().map(e -> e.event().id()).toList()).size());
    }

    /** As a log grows that nobody reads. */
    private void appendUnread(int count) {
        platform.await(pool.query("""
                        insert into event_log (event_id, type, aggregate, version, at, data)
                        select gen_random_uuid(), 'Happened', 'a', n, now(), '{}' from generate_series(1, %d) as n order by n
                        """.formatted(count)).execute());
    }

    private long number(String query) {
        return platform.await(pool.query(query).execute()).iterator().next().getLong(0);
    }

    @Test
    void aLogThatNobodyReadForLongIsGivenItsPositionsInSeveralStatements() {
        append(event("first", 1));
        read(0, 1);
        appendUnread(2 * EventLog.STAMPED_AT_ONCE + 1);
        var all = 2L * EventLog.STAMPED_AT_ONCE + 2;

        var page = platform.await(log.read(1, 3));

        assertEquals(all, page.head());
        assertEquals(
                List.of(1L, 2L, 3L),
                page.events().stream().map(e -> e.event().version()).toList());
        assertEquals(
                List.of(all),
                read(all - 1, 3).stream().map(LoggedEvent::position).toList());
        assertEquals(0, number("select count(*) from event_log where position > 1 and version <> position - 1"));
    }

    @Test
    void oneStatementGivesPositionsToTheOldestAndToNoMoreThanItMay() {
        appendUnread(EventLog.STAMPED_AT_ONCE + 10);

        assertEquals(4, number("select stamp_events(4)"));
        assertEquals(4, number("select max(version) from event_log where position is not null"));
        platform.await(pool.query("select stamp_events()").execute());
        assertEquals(EventLog.STAMPED_AT_ONCE + 4, number("select max(position) from event_log"));
        assertEquals(6, number("select stamp_events(7)"));
        assertEquals(0, number("select stamp_events(7)"));
    }

    private PgCursor cursor() {
        return new PgCursor(pool, "kept", "other", (tx, events) -> {
            Future<Void> all = Future.succeededFuture();
            for (var logged : events) {
                all = all.compose(done -> tx.preparedQuery(
                                "insert into thing as t (id, version, seen) values ($1, $2, 1) on conflict (id) do update set seen = t.seen + 1")
                        .execute(Tuple.of(
                                logged.event().aggregate(), logged.event().version()))
                        .mapEmpty());
            }
            return all;
        });
    }

    private static List<LoggedEvent> page(int count) {
        return IntStream.rangeClosed(1, count)
                .mapToObj(i -> new LoggedEvent(i, event("thing-" + i, 1)))
                .toList();
    }

    @Test
    void aCursorMovesWithItsEffectAndNotWithoutIt() {
        var cursor = cursor();
        assertEquals(Position.START, platform.await(cursor.claim("one")).orElseThrow());
        var to = new Position("log", 3);
        platform.await(cursor.advance(Position.START, to, page(3)));
        assertEquals(to, platform.await(cursor.claim("one")).orElseThrow());
        // thing-1 again breaks the check (seen <= 1): neither the effect nor the move may stay
        var doubled = List.of(new LoggedEvent(4, event("thing-4", 1)), new LoggedEvent(5, event("thing-1", 1)));
        assertThrows(RuntimeException.class, () -> platform.await(cursor.advance(to, new Position("log", 5), doubled)));
        assertEquals(to, platform.await(cursor.claim("one")).orElseThrow());
        var things =
                platform.await(pool.query("select count(*) as n from thing").execute());
        assertEquals(3, things.iterator().next().getLong("n"));
    }

    private long things() {
        var rows = platform.await(
                pool.query("select coalesce(sum(seen), 0) as n from thing").execute());
        return rows.iterator().next().getLong("n");
    }

    @Test
    void whatIsPutAsideMovesTheCursorAndWaitsToBeApplied() {
        var cursor = cursor();
        platform.await(cursor.claim("one"));
        var poison = page(1).get(0);
        var behind = new Position("log", 1);
        platform.await(cursor.putAside(Position.START, behind, poison, "broken"));

        assertEquals(behind, platform.await(cursor.claim("one")).orElseThrow());
        var letter = platform.await(cursor.deadLetters(Optional.empty(), 10)).get(0);
        assertEquals(poison.event().toString(), letter.event().toString());
        assertEquals(List.of("other", "log", "broken"), List.of(letter.source(), letter.logId(), letter.error()));
        assertEquals(1, letter.position());
        var id = poison.event().id();
        assertEquals(List.of(), platform.await(cursor.deadLetters(Optional.of(id), 10)));
        assertTrue(platform.await(cursor.applyDeadLetter(id)).isPresent());
        assertEquals(1, things());
        assertTrue(platform.await(cursor.applyDeadLetter(id)).isEmpty());
        assertEquals(List.of(), platform.await(cursor.deadLetters(Optional.empty(), 10)));
    }

    @Test
    void aDeadLetterThatFailsAgainStays() {
        var cursor = cursor();
        platform.await(cursor.claim("one"));
        var event = page(1).get(0);
        platform.await(cursor.advance(Position.START, new Position("log", 1), List.of(event)));
        platform.await(cursor.putAside(new Position("log", 1), new Position("log", 2), event, "broken"));

        // thing-1 again breaks the check
        assertThrows(
                RuntimeException.class,
                () -> platform.await(cursor.applyDeadLetter(event.event().id())));

        assertEquals(1, platform.await(cursor.deadLetters(Optional.empty(), 10)).size());
    }

    @Test
    void nobodyPutsAsideWhoDoesNotHoldTheCursor() {
        platform.await(cursor().claim("one"));
        var late = cursor();
        platform.await(late.claim("two"));

        assertThrows(
                IllegalStateException.class,
                () -> platform.await(late.putAside(Position.START, new Position("log", 1), page(1).get(0), "broken")));

        assertEquals(List.of(), platform.await(late.deadLetters(Optional.empty(), 10)));
    }

    /** The state after each change, newest version wins: the effect that may be repeated. */
    private PgCursor keeper() {
        return new PgCursor(pool, "kept", "other", (tx, events) -> {
            Future<Void> all = Future.succeededFuture();
            for (var logged : events) {
                all = all.compose(done -> tx.preparedQuery("""
                                insert into thing as t (id, version) values ($1, $2) on conflict (id) do update
                                  set version = excluded.version where t.version < excluded.version
                                """)
                        .execute(Tuple.of(
                                logged.event().aggregate(), logged.event().version()))
                        .mapEmpty());
            }
            return all;
        });
    }

    private String state() {
        var rows = platform.await(
                pool.query("select coalesce(string_agg(id || ':' || version, ' ' order by id), '') as s from thing")
                        .execute());
        return rows.iterator().next().getString("s");
    }

    @Test
    void aFollowerThatStartsOverEndsWhereItWas() {
        var events = new ArrayList<LoggedEvent>();
        for (var i = 1; i <= 40; i++) events.add(new LoggedEvent(i, event("thing-" + i % 7, i)));
        var cursor = keeper();
        platform.await(cursor.claim("one"));
        platform.await(cursor.advance(Position.START, new Position("log", 40), events));
        var before = state();

        platform.await(pool.query("update follower_cursor set position = 0 where source = 'other'")
                .execute());

        var beginning = platform.await(cursor.claim("one")).orElseThrow();
        assertEquals(new Position("log", 0), beginning);
        platform.await(cursor.advance(beginning, new Position("log", 25), events.subList(0, 25)));
        assertEquals(before, state());
        platform.await(cursor.advance(new Position("log", 25), new Position("log", 40), events.subList(25, 40)));
        assertEquals(before, state());
    }

    /** {@code thing} refuses to be seen twice, so whatever is applied a second time would be found out. */
    @Test
    void aFollowerWhoseConnectionDiesBetweenEffectAndCommitLosesAndRepeatsNothing() {
        var tried = new AtomicInteger();
        var inner = cursor();
        var events = page(1_200);
        var dying = new PgCursor(pool, "kept", "other", (tx, page) -> {
            Future<Void> all = Future.succeededFuture();
            for (var logged : page) {
                all = all.compose(done -> tx.preparedQuery(
                                "insert into thing as t (id, version, seen) values ($1, 1, 1) on conflict (id) do update set seen = t.seen + 1")
                        .execute(Tuple.of(logged.event().aggregate()))
                        .mapEmpty());
            }
            return tried.incrementAndGet() % 2 == 0
                    ? all
                    : all.compose(done -> tx.query("select pg_terminate_backend(pg_backend_pid())")
                            .execute()
                            .mapEmpty());
        });
        platform.answer("other.readEvents", call -> {
            var after = Integer.parseInt(call.query("after"));
            var end = Math.min(events.size(), after + Integer.parseInt(call.query("limit")));
            return Future.succeededFuture(
                    Answer.ok(new EventPage("log", List.copyOf(events.subList(after, end)), events.size())));
        });
        var follower = Follower.of(platform.platform(), "other", dying);
        platform.vertx().runOnContext(now -> follower.start());

        platform.eventually(() -> {
            Doorbell.ring(platform.vertx(), "other");
            return platform.await(inner.claim(platform.platform().instanceId()))
                    .map(at -> at.position() == events.size())
                    .orElse(false);
        });
        platform.await(follower.stop());

        assertEquals(1_200, things());
        assertTrue(tried.get() >= 6, "it died at each of the pages");
        assertEquals(List.of(), platform.await(inner.deadLetters(Optional.empty(), 10)));
    }

    @Test
    void onlyOneInstanceFollowsAtATime() {
        assertTrue(platform.await(cursor().claim("one")).isPresent());
        assertTrue(platform.await(cursor().claim("two")).isEmpty());
        platform.await(pool.query("update follower_cursor set lease_until = now() - interval '1 second'")
                .execute());
        assertTrue(platform.await(cursor().claim("two")).isPresent());
    }

    @Test
    void aFollowerThatLostItsPlaceCannotMoveIt() {
        var slow = cursor();
        platform.await(slow.claim("slow"));
        platform.await(pool.query("update follower_cursor set lease_until = now() - interval '1 second'")
                .execute());
        platform.await(cursor().claim("quick"));
        assertThrows(
                IllegalStateException.class,
                () -> platform.await(slow.advance(Position.START, new Position("log", 1), page(1))));
    }
}
