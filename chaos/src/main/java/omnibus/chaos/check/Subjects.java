package omnibus.chaos.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.chaos.facts.Facts;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.OrderFacts.Saga;
import omnibus.chaos.facts.PaymentFacts.Payment;
import omnibus.chaos.facts.StockFacts.Reservation;

/** The facts by the orders they are about. */
final class Subjects {
    private final Facts facts;
    private final Map<UUID, Order> orders;
    private final Map<UUID, Saga> sagas;
    private final Map<UUID, Reservation> reservations;
    private final Map<UUID, Payment> payments;

    Subjects(Facts facts) {
        this.facts = facts;
        this.orders = byId(facts.orders().orders(), Order::id);
        this.sagas = byId(facts.orders().sagas(), Saga::orderId);
        this.reservations = byId(facts.stock().reservations(), Reservation::orderId);
        this.payments = byId(facts.payments().payments(), Payment::orderId);
    }

    private static <T> Map<UUID, T> byId(List<T> all, Function<T, UUID> id) {
        var found = new HashMap<UUID, T>();
        all.forEach(one -> found.putIfAbsent(id.apply(one), one));
        return found;
    }

    static <K, T> Map<K, List<T>> grouped(List<T> all, Function<T, K> key) {
        return all.stream().filter(one -> key.apply(one) != null).collect(Collectors.groupingBy(key));
    }

    Facts facts() {
        return facts;
    }

    Optional<Order> order(UUID id) {
        return Optional.ofNullable(orders.get(id));
    }

    Optional<Saga> saga(UUID orderId) {
        return Optional.ofNullable(sagas.get(orderId));
    }

    Optional<Reservation> reservation(UUID orderId) {
        return Optional.ofNullable(reservations.get(orderId));
    }

    Optional<Payment> payment(UUID orderId) {
        return Optional.ofNullable(payments.get(orderId));
    }

    /** A person has been asked to look: until then money and stock of the order may stand as they do. */
    boolean inReview(UUID orderId) {
        return saga(orderId).map(Saga::inReview).orElse(false)
                || payment(orderId).map(Payment::inReview).orElse(false);
    }

    /** Its saga has come to an end, and so has everything that it asked of others. */
    boolean ended(UUID orderId) {
        return saga(orderId).map(Saga::done).orElse(false) && !inReview(orderId);
    }

    long reviews() {
        return orders.keySet().stream().filter(this::inReview).count();
    }
}
