package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.Event;
import omnibus.platform.events.Follower;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/**
 * The addresses a browser may register for, who may, and the one feed behind each kind. A log is followed from the first
 * registration on, by one follower for this gateway.
 */
final class Channels {
    static final String PRODUCTS = "events.products";
    static final String CLUSTER = "events.cluster";
    static final String ORDERS = "events.orders.";
    /** Who has missed more changes of products than this reads their present state. */
    private static final long REACH = 20_000;

    /** A log on its way to a feed. There is nothing to keep: a gateway that starts again begins with what is recent. */
    private static final class FeedCursor implements Cursor {
        /** Messages that are written before others on the event loop have their turn. */
        private static final int WRITTEN_AT_A_TIME = 500;

        private final Vertx vertx;
        private final Feed feed;
        private final Concern concern;
        private Position position = Position.START;

        /** Whom an event concerns: an address and what is told there. */
        interface Concern {
            Optional<String> address(Event event);
        }

        FeedCursor(Vertx vertx, Feed feed, Concern concern) {
            this.vertx = vertx;
            this.feed = feed;
            this.concern = concern;
        }

        @Override
        public Future<Optional<Position>> claim(String holder) {
            return Future.succeededFuture(Optional.of(position));
        }

        @Override
        public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
            if (!to.logId().equals(position.logId())) {
                feed.begin(to.logId(), to.position());
                position = to;
            }
            return tell(events, 0);
        }

        /** Moves on with each event: whatever happens between two of them, none is told twice. */
        private Future<Void> tell(List<LoggedEvent> events, int first) {
            var written = 0;
            for (var i = first; i < events.size(); i++) {
                if (written >= WRITTEN_AT_A_TIME) {
                    var next = i;
                    Promise<Void> later = Promise.promise();
                    vertx.runOnContext(turn -> tell(events, next).onComplete(later));
                    return later.future();
                }
                var logged = events.get(i);
                position = new Position(position.logId(), logged.position());
                var address = concern.address(logged.event());
                if (address.isPresent())
                    written += feed.add(logged.position(), address.get(), FeedArchive.shown(logged.event()));
                else feed.skip(logged.position());
            }
            return Future.succeededFuture();
        }

        @Override
        public void reachedEnd(long head) {
            feed.reachedEnd();
        }

        @Override
        public Future<Void> putAside(Position from, Position to, LoggedEvent event, String error) {
            feed.skip(event.position());
            position = to;
            return Future.succeededFuture();
        }

        @Override
        public Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
            return Future.succeededFuture(Optional.empty());
        }
    }

    private final Platform platform;
    private final Feed orders;
    private final Feed products;
    private final ClusterFeed cluster;
    private final List<Follower> followers = new ArrayList<>();
    private boolean followsOrders;
    private boolean followsProducts;

    Channels(Platform platform) {
        this.platform = platform;
        this.orders = new Feed(FeedArchive.ofUsers(platform, "order", address -> address.substring(ORDERS.length())));
        this.products = new Feed(FeedArchive.ofEveryone(platform, "product", REACH));
        this.cluster = new ClusterFeed(platform);
    }

    /** Throws {@link Problem} 401 or 403: this caller may not register for that address, whether it exists or not. */
    static void checkAccess(String address, Identity identity) {
        if (address.equals(PRODUCTS)) return;
        if (address.equals(CLUSTER)) {
            identity.requireUser();
            if (identity.isAdmin()) return;
        } else if (address.startsWith(ORDERS)) {
            identity.requireUser();
            if (address.equals(ORDERS + identity.userId())) return;
        }
        var refusal = Problem.forbidden("This address is not yours to register for.");
        Denials.tell(refusal, identity, "register", null, null);
        throw refusal;
    }

    void subscribe(Feed.Subscription subscription) {
        var feed = feed(subscription.address());
        feed.subscribe(subscription);
        if (feed == orders && !followsOrders) {
            followsOrders = true;
            follow(
                    "order",
                    orders,
                    event -> Optional.ofNullable(event.data().get("userId")).map(user -> ORDERS + user.asText()));
        } else if (feed == products && !followsProducts) {
            followsProducts = true;
            follow("product", products, event -> Optional.of(PRODUCTS));
        }
    }

    void unsubscribe(Feed.Subscription subscription) {
        feed(subscription.address()).unsubscribe(subscription);
    }

    void catchUp(Feed.Subscription subscription) {
        feed(subscription.address()).catchUp(subscription);
    }

    private Feed feed(String address) {
        if (address.equals(PRODUCTS)) return products;
        return address.equals(CLUSTER) ? cluster.feed() : orders;
    }

    private void follow(String service, Feed feed, FeedCursor.Concern concern) {
        var follower = Follower.of(platform, service, new FeedCursor(platform.vertx(), feed, concern))
                .fromRecent(Feed.RECENT / 2);
        followers.add(follower);
        follower.start();
    }

    Future<Void> close() {
        return Future.join(followers.stream().map(Follower::stop).toList()).mapEmpty();
    }
}
