package omnibus.chaos.agent;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.impl.EventBusImpl;
import io.vertx.core.eventbus.impl.MessageImpl;
import io.vertx.core.eventbus.impl.OutboundDeliveryContext;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands where messages leave a JVM, and drops, doubles or delays those for others. An interceptor may pass a message on
 * once only (a second {@code next()} is an error), so a double is the same message sent again: the same bytes, the same
 * address for the answer. Vert.x itself sorts out a second answer.
 */
public final class FaultyBus {
    private static final String REPLY = "__vertx.reply.";
    private static final String DIRECTORY_DOORBELL = "omnibus.directory.changed";
    private static final String EVENTS_DOORBELL = "events.";

    private final Vertx vertx;
    private final BusState state;
    /** Where answers go to what this instance has asked itself: its own look at whether the bus still finds it. */
    private final Set<String> ownReplies = ConcurrentHashMap.newKeySet();

    private final ThreadLocal<Boolean> resending = ThreadLocal.withInitial(() -> false);
    private BusFaults drawnFor = BusFaults.NONE;
    private Random random = new Random();

    /** @param late how much later a message comes, {@code again} its double; -1: not */
    private record Fate(boolean dropped, int late, int again) {}

    private FaultyBus(Vertx vertx, BusState state) {
        this.vertx = vertx;
        this.state = state;
    }

    /** Called by woven code with the JVM's Vert.x. */
    public static void install(Object vertx) {
        install((Vertx) vertx, BusState.ofThisJvm);
    }

    static void install(Vertx vertx, BusState state) {
        var bus = new FaultyBus(vertx, state);
        Handler<DeliveryContext<Object>> interceptor = bus::passOn;
        vertx.eventBus().addOutboundInterceptor(interceptor);
    }

    private void passOn(DeliveryContext<Object> delivery) {
        var faults = state.faults();
        var kind = faults == BusFaults.NONE || resending.get() ? Optional.<String>empty() : kind(delivery);
        if (kind.isEmpty()) {
            delivery.next();
            return;
        }
        state.count(kind.get(), "seen");
        var fate = draw(faults);
        if (fate.dropped) {
            state.count(kind.get(), "dropped");
            return;
        }
        if (fate.late >= 0) state.count(kind.get(), "delayed");
        later(fate.late, delivery::next);
        if (fate.again < 0) return;
        state.count(kind.get(), "doubled");
        later(fate.again, () -> sendAgain(delivery));
    }

    /** Empty: not between instances. */
    private Optional<String> kind(DeliveryContext<Object> delivery) {
        var address = delivery.message().address();
        if (address.startsWith(REPLY)) return ownReplies.remove(address) ? Optional.empty() : Optional.of("reply");
        if (address.equals(DIRECTORY_DOORBELL) || address.startsWith(EVENTS_DOORBELL)) return Optional.of("doorbell");
        if (address.indexOf('@') < 0) return Optional.empty();
        if (!address.endsWith("@" + state.instance())) return Optional.of("request");
        var replies = delivery.message().replyAddress();
        if (replies != null) ownReplies.add(replies);
        return Optional.empty();
    }

    /** Draws as often for each message, so that the same seed means the same fates in the order of sending. */
    private synchronized Fate draw(BusFaults faults) {
        if (faults != drawnFor) {
            drawnFor = faults;
            random = new Random(faults.seed() * 31 + state.instance().hashCode());
        }
        var dropped = hits(faults.dropPercent());
        var doubled = hits(faults.duplicatePercent());
        var delayed = hits(faults.delayPercent());
        var late = random.nextInt(faults.maxDelayMillis() + 1);
        var again = random.nextInt(faults.maxDelayMillis() + 1);
        return new Fate(dropped, delayed ? late : -1, doubled ? again : -1);
    }

    private boolean hits(double percent) {
        return random.nextDouble() * 100 < percent;
    }

    private void later(int millis, Runnable action) {
        if (millis <= 0) action.run();
        else vertx.setTimer(millis, tick -> action.run());
    }

    private void sendAgain(DeliveryContext<Object> delivery) {
        var options = ((OutboundDeliveryContext<Object>) delivery).options;
        resending.set(true);
        try {
            ((EventBusImpl) vertx.eventBus()).sendOrPubInternal((MessageImpl<?, ?>) delivery.message(), options, null);
        } finally {
            resending.set(false);
        }
    }
}
