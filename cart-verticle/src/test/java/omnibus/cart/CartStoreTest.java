package omnibus.cart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
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
import omnibus.platform.Problem;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CartStoreTest {
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
        return await(store.add(owner, sku, quantity));
    }

    @Test
    void concurrentAddsAllCount() {
        var ada = user();
        var adds =
                IntStream.range(0, 50).mapToObj(i -> store.add(ada, "MUG", 1)).toList();
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
        assertEquals(first.version(), await(store.set(ada, "MUG", 1)).version());
        assertEquals(first.version(), await(store.set(ada, "TEAPOT", 0)).version());
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
        var redis = io.vertx.redis.client.Redis.createClient(
                shop.platform.vertx(), shop.config.redis().reveal());
        var ttl = io.vertx.redis.client.Request.cmd(io.vertx.redis.client.Command.TTL)
                .arg("cart:" + cart);
        var seconds = await(redis.send(ttl)).toLong();
        redis.close();
        return seconds;
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
        var redis = io.vertx.redis.client.Redis.createClient(
                shop.platform.vertx(), shop.config.redis().reveal());
        await(redis.send(io.vertx.redis.client.Request.cmd(io.vertx.redis.client.Command.SCRIPT)
                .arg("FLUSH")));
        redis.close();
        assertEquals(2, add(ada, "MUG", 1).lines().get("MUG"));
    }

    @Test
    void aRedisThatIsAwayIsA503() {
        var config = new CartConfig(new omnibus.platform.Secret("redis://127.0.0.1:1/0"), "EUR");
        var away = new CartStore(new RedisScripts(shop.platform.vertx(), config));
        var refusal = assertThrows(Problem.class, () -> await(away.read(user())));
        assertEquals(503, refusal.status());
        assertTrue(refusal.headers().containsKey("Retry-After"));
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
                "lines",
                List.of(new Line("MUG", 2)));
        return new LoggedEvent(position, Event.of("OrderStatusChanged", order.toString(), 2, data));
    }

    private static void follow(CartCursorStore cursor, Position from, Position to, List<LoggedEvent> events) {
        await(cursor.advance(from, to, events));
    }

    private static CartCursorStore orders(String name) {
        return new CartCursorStore(shop.scripts, "order-" + name, CartEvents::ofOrder);
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
    void anOrderWithoutACartTouchesNone() {
        var data =
                Map.of("orderId", UUID.randomUUID(), "userId", UUID.randomUUID(), "lines", List.of(new Line("MUG", 2)));
        assertEquals(null, CartEvents.ofOrder(new LoggedEvent(1, Event.of("OrderPlaced", "x", 1, data))));
    }

    @Test
    void aDeletedUsersCartIsErased() {
        var user = UUID.randomUUID();
        add(Owner.user(user), "MUG", 1);
        var cursor = new CartCursorStore(shop.scripts, "user", CartEvents::ofUser);
        await(cursor.claim("me"));
        var deleted = new LoggedEvent(1, Event.of("UserDeleted", user.toString(), 2, Map.of("userId", user)));
        follow(cursor, Position.START, new Position("log", 1), List.of(deleted));
        assertEquals(Cart.EMPTY, await(store.read(Owner.user(user))));
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
