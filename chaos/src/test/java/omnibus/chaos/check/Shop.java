package omnibus.chaos.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import omnibus.chaos.facts.Cursor;
import omnibus.chaos.facts.EventLog;
import omnibus.chaos.facts.EventLog.Event;
import omnibus.chaos.facts.Facts;
import omnibus.chaos.facts.OrderFacts;
import omnibus.chaos.facts.OrderFacts.Key;
import omnibus.chaos.facts.OrderFacts.Line;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.OrderFacts.Saga;
import omnibus.chaos.facts.OrderFacts.SagaMove;
import omnibus.chaos.facts.OrderFacts.Shown;
import omnibus.chaos.facts.PaymentFacts;
import omnibus.chaos.facts.PaymentFacts.Call;
import omnibus.chaos.facts.PaymentFacts.Journal;
import omnibus.chaos.facts.PaymentFacts.Payment;
import omnibus.chaos.facts.PaymentFacts.Posting;
import omnibus.chaos.facts.PaymentFacts.Refund;
import omnibus.chaos.facts.ProviderFacts;
import omnibus.chaos.facts.ProviderFacts.Effect;
import omnibus.chaos.facts.ProviderFacts.Intent;
import omnibus.chaos.facts.ProviderFacts.Kind;
import omnibus.chaos.facts.StockFacts;
import omnibus.chaos.facts.StockFacts.Movement;
import omnibus.chaos.facts.StockFacts.Reservation;
import omnibus.chaos.facts.StockFacts.Stock;
import omnibus.chaos.history.Entry;
import omnibus.chaos.history.Entry.Phase;

/** A shop that keeps every promise, one order after the other, until a test changes what its stores hold. */
final class Shop {
    static final int PRICE = 500;
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
    private static final String OWNER = "order-1";
    private static final ObjectMapper JSON = new ObjectMapper();

    final UUID user = UUID.randomUUID();
    final List<Order> orders = new ArrayList<>();
    final List<Saga> sagas = new ArrayList<>();
    final List<SagaMove> sagaLog = new ArrayList<>();
    final List<Key> keys = new ArrayList<>();
    final List<Event> orderEvents = new ArrayList<>();
    final List<Cursor> cursors = new ArrayList<>();
    final List<Stock> stock = new ArrayList<>();
    final List<Reservation> reservations = new ArrayList<>();
    final List<Movement> movements = new ArrayList<>();
    final List<Event> stockEvents = new ArrayList<>();
    final List<Payment> payments = new ArrayList<>();
    final List<Refund> refunds = new ArrayList<>();
    final List<Call> calls = new ArrayList<>();
    final List<Journal> journals = new ArrayList<>();
    final List<Event> paymentEvents = new ArrayList<>();
    final List<Intent> intents = new ArrayList<>();
    final List<Effect> effects = new ArrayList<>();
    final List<Entry> history = new ArrayList<>();
    private final Map<String, Long> versions = new HashMap<>();
    private int requests;

    Shop() {
        stocked("MUG", 40);
        stocked("TEA", 3);
    }

    /** One order in each of the ends that there are. */
    static Shop withEveryEnd() {
        var shop = new Shop();
        shop.looks(shop.confirmed());
        shop.looks(shop.delivered());
        shop.looks(shop.soldOut());
        shop.looks(shop.declined());
        shop.looks(shop.expired());
        shop.looks(shop.cancelledAtOnce());
        shop.looks(shop.cancelledAndRefunded());
        shop.looks(shop.waitingForAPerson());
        shop.unanswered();
        return shop;
    }

    UUID confirmed() {
        var order = place("MUG", 2);
        reserve(order);
        authorize(order);
        step(order, "COMMIT");
        commit(order);
        step(order, "CAPTURE");
        capture(order);
        step(order, "CONFIRMED");
        show(order, "CONFIRMED");
        return order;
    }

    UUID delivered() {
        var order = confirmed();
        show(order, "SHIPPED");
        show(order, "DELIVERED");
        return order;
    }

    UUID soldOut() {
        var order = place("TEA", 99);
        reservations.add(new Reservation(order, "CANCELLED", 1, Map.of()));
        step(order, "RELEASE");
        close(order, "REJECTED");
        return order;
    }

    UUID declined() {
        var order = place("MUG", 1);
        reserve(order);
        pay(order, "DECLINED", "requires_payment_method", Kind.DECLINED);
        step(order, "RELEASE");
        release(order);
        close(order, "REJECTED");
        return order;
    }

    UUID expired() {
        var order = place("MUG", 1);
        reserve(order);
        authorize(order);
        step(order, "COMMIT");
        step(order, "VOID");
        voided(order);
        step(order, "RELEASE");
        release(order);
        close(order, "REJECTED");
        return order;
    }

    UUID cancelledAtOnce() {
        var order = place("TEA", 1);
        cancel(order, "RELEASE");
        reservations.add(new Reservation(order, "CANCELLED", 2, Map.of()));
        close(order, "CANCELLED");
        return order;
    }

    UUID cancelledAndRefunded() {
        var order = confirmed();
        cancel(order, "VOID");
        refund(order);
        step(order, "RELEASE");
        restock(order);
        close(order, "CANCELLED");
        return order;
    }

    UUID waitingForAPerson() {
        var order = place("MUG", 1);
        reserve(order);
        authorize(order);
        step(order, "COMMIT");
        set(sagas, saga -> saga.orderId().equals(order), "state", "REVIEW");
        return order;
    }

    /** A request that was not answered; what it asked for did not happen. */
    String unanswered() {
        var key = "key-" + ++requests;
        ask("order.placeOrder", key, null, Phase.UNKNOWN, 503, asked("MUG", 1), null);
        return key;
    }

    private void stocked(String sku, int units) {
        var availability = availability(units);
        stock.add(new Stock(sku, units, 0, 5, availability));
        versions.put(sku, 1L);
        movements.add(new Movement(sku, 1, "INITIAL", units, 0, units, 0, null));
        tellStock(sku, availability, units);
    }

    private static String availability(int units) {
        return units == 0 ? "OUT_OF_STOCK" : units <= 5 ? "LOW_STOCK" : "IN_STOCK";
    }

    private void tellStock(String sku, String availability, int available) {
        stockEvents.add(new Event(
                stockEvents.size() + 1L,
                "AvailabilityChanged",
                sku,
                versions.get(sku),
                null,
                availability,
                Map.of("available", (long) available)));
    }

    private UUID place(String sku, int units) {
        var id = UUID.randomUUID();
        var key = "key-" + ++requests;
        var lines = List.of(new Line(sku, units, PRICE));
        orders.add(new Order(
                id,
                "O-" + requests,
                user,
                "PENDING",
                "EUR",
                (long) PRICE * units,
                null,
                null,
                0,
                null,
                NOON,
                NOON,
                lines,
                List.of(new Shown(1, "PENDING", NOON))));
        versions.put(id.toString(), 1L);
        keys.add(new Key(user, key, id));
        sagas.add(new Saga(id, "RUNNING", "RESERVE", 1, 0, false, null));
        sagaLog.add(new SagaMove(id, 1, null, "RESERVE", OWNER));
        orderEvents.add(new Event(
                orderEvents.size() + 1L,
                "OrderPlaced",
                id.toString(),
                1,
                null,
                null,
                Map.of("total", (long) PRICE * units)));
        ask("order.placeOrder", key, id, Phase.OK, 201, asked(sku, units), view(id));
        return id;
    }

    private void step(UUID order, String to) {
        var saga = saga(order);
        sagaLog.add(new SagaMove(order, saga.epoch(), saga.step(), to, OWNER));
        set(sagas, it -> it.orderId().equals(order), "step", to);
        var done = to.equals("CONFIRMED") || to.equals("CLOSED");
        set(sagas, it -> it.orderId().equals(order), "state", done ? "DONE" : "RUNNING");
    }

    private void close(UUID order, String status) {
        step(order, "CLOSED");
        show(order, status);
    }

    private void cancel(UUID order, String undo) {
        set(sagas, it -> it.orderId().equals(order), "epoch", saga(order).epoch() + 1);
        step(order, saga(order).step()); // seized
        step(order, undo);
        show(order, "CANCELLED");
        ask("order.cancelOrder", null, order, Phase.OK, 200, null, view(order));
    }

    private void show(UUID id, String status) {
        var order = order(id);
        var version = versions.merge(id.toString(), 1L, Long::sum);
        var timeline = new ArrayList<>(order.timeline());
        timeline.add(new Shown(version, status, NOON));
        set(orders, it -> it.id().equals(id), "timeline", timeline);
        if (order.status().equals(status)) return;
        set(orders, it -> it.id().equals(id), "status", status);
        orderEvents.add(new Event(
                orderEvents.size() + 1L,
                "OrderStatusChanged",
                id.toString(),
                version,
                order.status(),
                status,
                Map.of("total", order.total())));
    }

    private void reserve(UUID order) {
        var line = order(order).lines().get(0);
        reservations.add(new Reservation(order, "ACTIVE", 1, Map.of(line.sku(), line.quantity())));
        move(order, "RESERVED", 0, line.quantity());
        step(order, "AUTHORIZE");
        show(order, "RESERVED");
    }

    private void commit(UUID order) {
        var units = order(order).lines().get(0).quantity();
        set(reservations, it -> it.orderId().equals(order), "state", "COMMITTED");
        move(order, "COMMITTED", -units, -units);
    }

    private void release(UUID order) {
        set(reservations, it -> it.orderId().equals(order), "state", "RELEASED");
        move(order, "RELEASED", 0, -order(order).lines().get(0).quantity());
    }

    private void restock(UUID order) {
        set(reservations, it -> it.orderId().equals(order), "state", "RESTOCKED");
        move(order, "RESTOCKED", order(order).lines().get(0).quantity(), 0);
    }

    private void move(UUID order, String kind, int onHandDelta, int reservedDelta) {
        var sku = order(order).lines().get(0).sku();
        var before =
                stock.stream().filter(it -> it.sku().equals(sku)).findFirst().orElseThrow();
        var onHand = before.onHand() + onHandDelta;
        var reserved = before.reserved() + reservedDelta;
        var availability = availability(onHand - reserved);
        stock.set(stock.indexOf(before), new Stock(sku, onHand, reserved, 5, availability));
        var version = versions.merge(sku, 1L, Long::sum);
        movements.add(new Movement(sku, version, kind, onHandDelta, reservedDelta, onHand, reserved, order));
        if (!availability.equals(before.availability())) tellStock(sku, availability, onHand - reserved);
    }

    private void authorize(UUID order) {
        pay(order, "AUTHORIZED", "requires_capture", Kind.AUTHORIZED);
    }

    private void pay(UUID id, String status, String atProvider, Kind effect) {
        var order = order(id);
        var payment = UUID.randomUUID();
        var ref = "pi_" + payment;
        payments.add(new Payment(payment, id, user, order.total(), "EUR", 0, 0, 0, "PENDING", ref, null, null, 1));
        calls.add(new Call(UUID.randomUUID(), id, "AUTHORIZE", id + ":auth", "DONE"));
        intents.add(new Intent(ref, id, atProvider, order.total(), 0, 0, "eur"));
        effects.add(new Effect(ref, id, effect, order.total(), "noon"));
        set(orders, it -> it.id().equals(id), "paymentId", payment);
        becomes(id, status);
    }

    private void capture(UUID order) {
        var payment = payment(order);
        set(payments, it -> it.orderId().equals(order), "captured", payment.amount());
        book(payment, "capture:" + payment.id(), "provider", "sales");
        set(intents, it -> order.equals(it.orderId()), "status", "succeeded");
        set(intents, it -> order.equals(it.orderId()), "received", payment.amount());
        effects.add(new Effect(payment.providerRef(), order, Kind.CAPTURED, payment.amount(), "noon"));
        becomes(order, "CAPTURED");
    }

    private void voided(UUID order) {
        set(intents, it -> order.equals(it.orderId()), "status", "canceled");
        effects.add(new Effect(payment(order).providerRef(), order, Kind.VOIDED, 0, "noon"));
        becomes(order, "VOIDED");
    }

    private void refund(UUID order) {
        var payment = payment(order);
        var refund = UUID.randomUUID();
        refunds.add(new Refund(refund, payment.id(), payment.amount(), "SUCCEEDED", "re_" + refund));
        set(payments, it -> it.orderId().equals(order), "refunded", payment.amount());
        set(orders, it -> it.id().equals(order), "refunded", payment.amount());
        book(payment, "refund:" + refund, "refunds", "provider");
        set(intents, it -> order.equals(it.orderId()), "refunded", payment.amount());
        effects.add(new Effect(payment.providerRef(), order, Kind.REFUNDED, payment.amount(), "noon"));
        becomes(order, "REFUNDED");
    }

    private void book(Payment payment, String about, String debit, String credit) {
        var postings = List.of(new Posting(debit, payment.amount()), new Posting(credit, -payment.amount()));
        journals.add(new Journal(UUID.randomUUID(), payment.id(), about, postings));
    }

    private void becomes(UUID order, String status) {
        var before = payment(order);
        set(payments, it -> it.orderId().equals(order), "status", status);
        set(orders, it -> it.id().equals(order), "paymentStatus", status);
        var payment = payment(order);
        paymentEvents.add(new Event(
                paymentEvents.size() + 1L,
                "PaymentStatusChanged",
                payment.id().toString(),
                versions.merge(payment.id().toString(), 1L, Long::sum),
                before.status(),
                status,
                Map.of("captured", payment.captured(), "refunded", payment.refunded())));
    }

    Order order(UUID id) {
        return orders.stream().filter(it -> it.id().equals(id)).findFirst().orElseThrow();
    }

    Saga saga(UUID order) {
        return sagas.stream()
                .filter(it -> it.orderId().equals(order))
                .findFirst()
                .orElseThrow();
    }

    Payment payment(UUID order) {
        return payments.stream()
                .filter(it -> it.orderId().equals(order))
                .findFirst()
                .orElseThrow();
    }

    String key(UUID order) {
        return keys.stream()
                .filter(it -> it.orderId().equals(order))
                .findFirst()
                .orElseThrow()
                .key();
    }

    /** The owner asks for the order and is shown it as it is now. */
    void looks(UUID order) {
        ask("order.getOrder", null, order, Phase.OK, 200, null, view(order));
    }

    void ask(String operation, String key, UUID order, Phase phase, int status, ObjectNode body, ObjectNode answer) {
        var request = "r" + history.size();
        invoke(request, operation, key, null, body);
        answer(request, operation, key, order, phase, status, answer);
    }

    void invoke(String request, String operation, String key, UUID order, ObjectNode body) {
        var id = order == null ? null : order.toString();
        history.add(new Entry(0, 1, request, Phase.INVOKE, operation, user.toString(), key, id, 0, body));
    }

    void answer(String request, String operation, String key, UUID order, Phase phase, int status, ObjectNode body) {
        var id = order == null ? null : order.toString();
        history.add(new Entry(0, 1, request, phase, operation, user.toString(), key, id, status, body));
    }

    static ObjectNode asked(String sku, int units) {
        var body = JSON.createObjectNode();
        body.putArray("items").addObject().put("sku", sku).put("quantity", units);
        return body;
    }

    /** The order as the contract shows it. */
    ObjectNode view(UUID id) {
        var order = order(id);
        var view = JSON.createObjectNode()
                .put("id", id.toString())
                .put("number", order.number())
                .put("userId", order.userId().toString())
                .put("status", order.status());
        view.putObject("total").put("amount", order.total()).put("currency", order.currency());
        var items = view.putArray("items");
        for (var line : order.lines()) {
            var item = items.addObject().put("sku", line.sku()).put("quantity", line.quantity());
            item.putObject("unitPrice").put("amount", line.unit()).put("currency", order.currency());
        }
        if (order.paymentStatus() != null) view.putObject("payment").put("status", order.paymentStatus());
        order.timeline().forEach(entry -> view.withArray("timeline").addObject().put("status", entry.status()));
        return view;
    }

    /** Changes one component of those records that match; there must be one. */
    static <T extends Record> void set(List<T> records, Predicate<T> match, String component, Object value) {
        var found = false;
        for (var i = 0; i < records.size(); i++) {
            if (!match.test(records.get(i))) continue;
            records.set(i, with(records.get(i), component, value));
            found = true;
        }
        if (!found) throw new IllegalArgumentException("nothing to change " + component + " of");
    }

    @SuppressWarnings("unchecked")
    private static <T extends Record> T with(T record, String component, Object value) {
        var components = record.getClass().getRecordComponents();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        var values = new Object[components.length];
        try {
            for (var i = 0; i < components.length; i++) {
                var accessor = components[i].getAccessor();
                accessor.setAccessible(true);
                values[i] = components[i].getName().equals(component) ? value : accessor.invoke(record);
            }
            return (T) record.getClass().getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalArgumentException(record + " has no such " + component, impossible);
        }
    }

    Facts facts() {
        var read = List.of(new Cursor("order", "payment", "log-of-payment", paymentEvents.size()));
        return new Facts(
                new OrderFacts(
                        orders,
                        sagas,
                        sagaLog,
                        keys,
                        new EventLog("log-of-order", orderEvents),
                        cursors.isEmpty() ? read : cursors),
                new StockFacts(stock, reservations, movements, new EventLog("log-of-inventory", stockEvents)),
                new PaymentFacts(payments, refunds, calls, journals, new EventLog("log-of-payment", paymentEvents)),
                new ProviderFacts(intents, effects));
    }

    Report check() {
        return Checker.check(history, facts(), Sampled.none());
    }
}
