package omnibus.cart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import omnibus.cart.CartStore.Line;
import omnibus.cart.model.Cart;
import omnibus.cart.model.Owner;
import omnibus.platform.Money;
import omnibus.platform.Problem;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CartStoreTest {
    private static final CartEvents EVENTS = new CartEvents(Clock.systemUTC());

    private static CartFixtures shop;
    private static CartStore store;

    @BeforeAll
    static void start() {
        shop = new CartFixtures();
        store = shop.store;
    }

    @AfterAll
    static void stop() {
        shop.close();
    }

    private static <T> T await(Future<T> future) {
        return shop.platform.await(future);
    }

    private static Owner user() {
        return Owner.user(UUID.randomUUID());
    }

    private static Cart add(Owner owner, String sku, int quantity) {
        return await(store.add(owner, sku, quantity, "EUR"));
    }

    @Test
    void concurrentAddsAllCount() {
        var ada = user();
        var adds = IntStream.range(0, 50)
                .mapToObj(i -> store.add(ada, "MUG", 1, "EUR"))
                .toList();
        await(Future.all(adds));
        var cart = await(store.read(ada));
        assertEquals(50, cart.lines().get("MUG"));
        assertEquals(50, cart.version());
        assertEquals(
                1, adds.stream().map(added -> added.result().id()).distinct().count());
    }

    @Test
    void theVersionRisesWithEachChangeAndWithNothingElse() {
        var ada = user();
        var first = add(ada, "MUG", 1);
        assertEquals(first.version(), await(store.set(ada, "MUG", 1, "EUR")).version());
        assertEquals(first.version(), await(store.remove(ada, "TEAPOT")).version());
        var cleared = await(store.clear(ada));
        assertEquals(first.version() + 1, cleared.version());
        assertEquals(first.id(), cleared.id());
        assertEquals(cleared.version() + 1, add(ada, "MUG", 1).version());
    }

    @Test
    void aCartHoldsAHundredLines() {
        var ada = user();
        for (var i = 0; i < 100; i++) add(ada, "SKU-" + i, 1);
        assertThrows(Problem.class, () -> add(ada, "ONE-MORE", 1));
        assertEquals(2, add(ada, "SKU-0", 1).lines().get("SKU-0"));
    }

    @Test
    void aCartIsForgottenSomeDayAGuestsSooner() {
        var guest = add(Owner.guest(Optional.empty()), "MUG", 1).id().orElseThrow();
        var users = add(user(), "MUG", 1).id().orElseThrow();
        assertTrue(secondsLeft(guest) > 29 * 86400 && secondsLeft(guest) <= 30 * 86400);
        assertTrue(secondsLeft(users) > 365 * 86400);
    }

    private static long secondsLeft(String cart) {
        return redis("TTL", "cart:" + cart).toLong();
    }

    @Test
    void idsCannotBeGuessed() {
        assertEquals(22, CartStore.newId().length());
        assertEquals(
                1000,
                IntStream.range(0, 1000)
                        .mapToObj(i -> CartStore.newId())
                        .distinct()
                        .count());
    }

    @Test
    void onlyWhatWasOrderedIsTakenAndOnlyOnce() {
        var ada = user();
        add(ada, "MUG", 2);
        var cart = add(ada, "TEAPOT", 1).id().orElseThrow();
        add(ada, "MUG", 3); // after the cart was read for the order
        var order = UUID.randomUUID();
        var ordered = List.of(new Line("MUG", 2), new Line("TEAPOT", 1));
        assertTrue(await(store.take(order, cart, ordered)));
        assertFalse(await(store.take(order, cart, ordered)));
        assertEquals(Map.of("MUG", 3), await(store.read(ada)).lines());
    }

    @Test
    void scriptsThatRedisForgotAreSentAgain() {
        var ada = user();
        add(ada, "MUG", 1);
        redis("SCRIPT", "FLUSH");
        assertEquals(2, add(ada, "MUG", 1).lines().get("MUG"));
    }

    @Test
    void aRedisThatIsAwayIsA503() {
        var config = new CartConfig(new omnibus.platform.Secret("redis://127.0.0.1:1/0"), "EUR");
        var away = new CartStore(new CartScripts(shop.platform.vertx(), config));
        var refusal = assertThrows(Problem.class, () -> await(away.read(user())));
        assertEquals(503, refusal.status());
        assertTrue(refusal.headers().containsKey("Retry-After"));
    }

    @Test
    void aRedisThatIsFrozenLeavesAChangeUnknownAndARead503() {
        var ada = user();
        add(ada, "MUG", 1);
        redis("CLIENT", "PAUSE", "3000");
        var change = store.add(ada, "MUG", 1, "EUR");
        var read = store.read(ada);
        assertEquals(504, assertThrows(Problem.class, () -> await(change)).status());
        assertEquals(503, assertThrows(Problem.class, () -> await(read)).status());
        shop.platform.eventually(() ->
                await(store.read(ada).map(cart -> cart.lines().get("MUG") == 2).otherwise(false)));
    }

    private static Response redis(String command, Object... arguments) {
        var redis =
                Redis.createClient(shop.platform.vertx(), shop.config.redis().reveal());
        var request = Request.cmd(Command.create(command));
        for (var argument : arguments) request.arg(argument.toString());
        try {
            return await(redis.send(request));
        } finally {
            redis.close();
        }
    }

    @Test
    void mergingIsTheSameInEitherOrder() {
        Samples.forAll(20, draw -> {
            var one = new ArrayList<Line>();
            var two = new ArrayList<Line>();
            for (var sku : List.of("A-A", "B-B", "C-C")) {
                if (draw.random().nextBoolean()) one.add(new Line(sku, draw.between(1, 99)));
                if (draw.random().nextBoolean()) two.add(new Line(sku, draw.between(1, 99)));
            }
            assertEquals(merged(one, two), merged(two, one));
        });
    }

    private static Map<String, Integer> merged(List<Line> first, List<Line> second) {
        var ada = UUID.randomUUID();
        for (var lines : List.of(first, second)) {
            var guest = Owner.guest(Optional.empty());
            for (var line : lines)
                guest = Owner.guest(add(guest, line.sku(), line.quantity()).id());
            await(store.merge(ada, guest.guestCart().orElse("none")));
        }
        return await(store.read(Owner.user(ada))).lines();
    }

    private static LoggedEvent placed(long position, UUID order, UUID user, String cart) {
        var data = Map.of("orderId", order, "userId", user, "cartId", cart, "lines", List.of(new Line("MUG", 2)));
        return new LoggedEvent(position, Event.of("OrderPlaced", order.toString(), 1, data));
    }

    private static LoggedEvent rejected(long position, UUID order, UUID user, String cart) {
        var data = Map.of(
                "orderId",
                order,
                "userId",
                user,
                "cartId",
                cart,
                "status",
                "REJECTED",
                "total",
                new Money(2500, "EUR"),
                "lines",
                List.of(new Line("MUG", 2)));
        return new LoggedEvent(position, Event.of("OrderStatusChanged", order.toString(), 2, data));
    }

    private static void follow(CartCursorStore cursor, Position from, Position to, List<LoggedEvent> events) {
        await(cursor.advance(from, to, events));
    }

    private static CartCursorStore orders(String name) {
        return new CartCursorStore(shop.scripts, Clock.systemUTC(), "order-" + name, EVENTS::ofOrder);
    }

    @Test
    void theFollowerTakesWhatTheCallDidNotAndPutsARejectedOrderBack() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 3).id().orElseThrow();
        var order = UUID.randomUUID();
        var cursor = orders("one");
        assertEquals(Position.START, await(cursor.claim("me")).orElseThrow());
        follow(cursor, Position.START, new Position("log", 1), List.of(placed(1, order, user, cart)));
        assertEquals(Map.of("MUG", 1), await(store.read(Owner.user(user))).lines());
        follow(cursor, new Position("log", 1), new Position("log", 2), List.of(rejected(2, order, user, cart)));
        assertEquals(Map.of("MUG", 3), await(store.read(Owner.user(user))).lines());
        assertEquals(new Position("log", 2), await(cursor.claim("me")).orElseThrow());
    }

    @Test
    void eventsDoubledEndTheSame() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 3).id().orElseThrow();
        var order = UUID.randomUUID();
        var cursor = orders("two");
        await(cursor.claim("me"));
        var all = new ArrayList<>(List.of(placed(1, order, user, cart), rejected(2, order, user, cart)));
        all.addAll(List.copyOf(all));
        follow(cursor, Position.START, new Position("log", 4), all);
        assertEquals(Map.of("MUG", 3), await(store.read(Owner.user(user))).lines());
    }

    @Test
    void eventsOutOfOrderEndTheSame() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 3).id().orElseThrow();
        var order = UUID.randomUUID();
        var cursor = orders("three");
        await(cursor.claim("me"));
        var shuffled = new ArrayList<>(List.of(rejected(2, order, user, cart), placed(1, order, user, cart)));
        Collections.shuffle(shuffled, new Random(1));
        follow(cursor, Position.START, new Position("log", 2), shuffled);
        assertEquals(Map.of("MUG", 3), await(store.read(Owner.user(user))).lines());
    }

    @Test
    void whatIsPutAsideIsAppliedAfterAllAndOnceOnly() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 3).id().orElseThrow();
        var order = UUID.randomUUID();
        var cursor = orders("aside");
        await(cursor.claim("me"));
        var placed = placed(1, order, user, cart);
        var id = placed.event().id();
        await(cursor.putAside(Position.START, new Position("log", 1), placed, "broken"));

        assertEquals(new Position("log", 1), await(cursor.claim("me")).orElseThrow());
        assertEquals(Map.of("MUG", 3), await(store.read(Owner.user(user))).lines());
        var letter = await(cursor.deadLetters(Optional.empty(), 10)).get(0);
        assertEquals(placed.event().toString(), letter.event().toString());
        assertEquals(List.of("order-aside", "log", "broken"), List.of(letter.source(), letter.logId(), letter.error()));
        assertEquals(List.of(), await(cursor.deadLetters(Optional.of(id), 10)));

        assertEquals(1, await(cursor.applyDeadLetter(id)).orElseThrow().position());
        assertEquals(Map.of("MUG", 1), await(store.read(Owner.user(user))).lines());
        assertEquals(Optional.empty(), await(cursor.applyDeadLetter(id)));
        assertEquals(List.of(), await(cursor.deadLetters(Optional.empty(), 10)));
        var late = new CartCursorStore(shop.scripts, Clock.systemUTC(), "order-aside", EVENTS::ofOrder);
        await(late.claim("another"));
        assertThrows(
                IllegalStateException.class,
                () -> await(late.putAside(new Position("log", 1), new Position("log", 2), placed, "broken")));
    }

    @Test
    void anOrderWithoutACartTouchesNone() {
        var data =
                Map.of("orderId", UUID.randomUUID(), "userId", UUID.randomUUID(), "lines", List.of(new Line("MUG", 2)));
        assertEquals(null, EVENTS.ofOrder(new LoggedEvent(1, Event.of("OrderPlaced", "x", 1, data))));
    }

    @Test
    void aDeletedUsersCartIsErased() {
        var user = UUID.randomUUID();
        add(Owner.user(user), "MUG", 1);
        var cursor = new CartCursorStore(shop.scripts, Clock.systemUTC(), "user", EVENTS::ofUser);
        await(cursor.claim("me"));
        var deleted = new LoggedEvent(1, Event.of("UserDeleted", user.toString(), 2, Map.of("userId", user)));
        follow(cursor, Position.START, new Position("log", 1), List.of(deleted));
        assertEquals(Cart.EMPTY, await(store.read(Owner.user(user))));
    }

    @Test
    void nothingBringsAnErasedUsersCartBack() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 2).id().orElseThrow();
        var order = UUID.randomUUID();
        var orders = orders("five");
        await(orders.claim("me"));
        follow(orders, Position.START, new Position("log", 1), List.of(placed(1, order, user, cart)));
        var users = new CartCursorStore(shop.scripts, Clock.systemUTC(), "user-gone", EVENTS::ofUser);
        await(users.claim("me"));
        var deleted = new LoggedEvent(1, Event.of("UserDeleted", user.toString(), 2, Map.of("userId", user)));
        follow(users, Position.START, new Position("log", 1), List.of(deleted));
        follow(orders, new Position("log", 1), new Position("log", 2), List.of(rejected(2, order, user, cart)));
        assertEquals(
                401,
                assertThrows(Problem.class, () -> add(Owner.user(user), "MUG", 1))
                        .status());
        assertEquals(Cart.EMPTY, await(store.read(Owner.user(user))));
    }

    @Test
    void whatALogThatStartsOverTellsOfLongAgoIsLeftAlone() {
        var event = rejected(1, UUID.randomUUID(), UUID.randomUUID(), "c");
        var later = new CartEvents(Clock.offset(Clock.systemUTC(), Duration.ofDays(30)));
        assertEquals(null, later.ofOrder(event));
        assertEquals("put-back", EVENTS.ofOrder(event).get("kind"));
    }

    @Test
    void aRejectedOrderOfACartThatIsGoneComesBackInANewOne() {
        var user = UUID.randomUUID();
        var order = UUID.randomUUID();
        var orders = orders("six");
        await(orders.claim("me"));
        var both = List.of(placed(1, order, user, "cart-of-long-ago"), rejected(2, order, user, "cart-of-long-ago"));
        follow(orders, Position.START, new Position("log", 2), both);
        var cart = await(store.read(Owner.user(user)));
        assertEquals(Map.of("MUG", 2), cart.lines());
        assertTrue(cart.id().isPresent());
    }

    @Test
    void whatComesBackIsCappedAtWhatALineHolds() {
        var user = UUID.randomUUID();
        var cart = add(Owner.user(user), "MUG", 2).id().orElseThrow();
        var order = UUID.randomUUID();
        await(store.take(order, cart, List.of(new Line("MUG", 2))));
        add(Owner.user(user), "MUG", 98);
        var orders = orders("seven");
        await(orders.claim("me"));
        follow(orders, Position.START, new Position("log", 1), List.of(rejected(1, order, user, cart)));
        assertEquals(Map.of("MUG", 99), await(store.read(Owner.user(user))).lines());
    }

    @Test
    void aCartSpeaksTheCurrencyOfItsLinesUntilItIsEmpty() {
        var ada = user();
        assertEquals("EUR", add(ada, "MUG", 1).currency());
        var refusal = assertThrows(Problem.class, () -> await(store.add(ada, "SAUCER", 1, "USD")));
        assertEquals("other-currency", refusal.code());
        assertEquals("", await(store.remove(ada, "MUG")).currency());
        assertEquals("USD", await(store.add(ada, "SAUCER", 1, "USD")).currency());
    }

    @Test
    void twoCurrenciesAddedAtOnceDoNotMeetInOneCart() {
        var ada = user();
        var adds = IntStream.range(0, 20)
                .mapToObj(n -> store.add(ada, "SKU-" + n, 1, n % 2 == 0 ? "EUR" : "USD"))
                .toList();
        await(Future.join(adds).otherwiseEmpty());
        assertEquals(10, await(store.read(ada)).lines().size());
    }

    @Test
    void aGuestsCartInAnotherCurrencyIsNotMergedAndNotLost() {
        var user = UUID.randomUUID();
        add(Owner.user(user), "MUG", 1);
        var guest = await(store.add(Owner.guest(Optional.empty()), "SAUCER", 1, "USD"))
                .id();
        var refusal = assertThrows(Problem.class, () -> await(store.merge(user, guest.orElseThrow())));
        assertEquals("other-currency", refusal.code());
        assertEquals(Map.of("SAUCER", 1), await(store.read(Owner.guest(guest))).lines());
    }

    @Test
    void linesStayInTheOrderInWhichTheyCame() {
        var ada = user();
        for (var sku : List.of("TEAPOT", "MUG", "SAUCER", "BOWL")) add(ada, sku, 1);
        add(ada, "MUG", 1);
        assertEquals(
                List.of("TEAPOT", "MUG", "SAUCER", "BOWL"),
                List.copyOf(await(store.read(ada)).lines().keySet()));
    }

    @Test
    void onlyTheHolderOfACursorMovesIt() {
        var slow = orders("four");
        assertTrue(await(slow.claim("slow")).isPresent());
        assertTrue(await(orders("four").claim("quick")).isEmpty());
        follow(slow, Position.START, new Position("log", 1), List.of());
        assertThrows(
                IllegalStateException.class, () -> follow(slow, Position.START, new Position("log", 2), List.of()));
    }
}
