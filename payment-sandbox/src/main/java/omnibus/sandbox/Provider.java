package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The provider's books and its rules. Decisions return an {@link Effect}; only {@link #apply} changes anything. */
final class Provider {
    private static final int EVENTS_KEPT = 10_000;
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Set<String> REFUND_REASONS = Set.of("duplicate", "fraudulent", "requested_by_customer");
    private static final Set<String> CANCEL_REASONS =
            Set.of("duplicate", "fraudulent", "requested_by_customer", "abandoned");

    private final Clock clock;
    private final Map<String, PaymentIntent> intents = new HashMap<>();
    private final List<String> intentOrder = new ArrayList<>();
    private final Map<String, List<String>> intentsByOrderId = new HashMap<>();
    private final Map<String, Refund> refunds = new HashMap<>();
    private final List<String> refundOrder = new ArrayList<>();
    private final Map<String, List<String>> refundsByIntent = new HashMap<>();
    private final Deque<ProviderEvent> events = new ArrayDeque<>();

    Provider(Clock clock) {
        this.clock = clock;
    }

    static String newId(String prefix) {
        var random = ThreadLocalRandom.current();
        var id = new StringBuilder(prefix.length() + 25).append(prefix).append('_');
        for (var i = 0; i < 24; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        return id.toString();
    }

    Effect create(Form form) {
        var amount = form.positive("amount").orElseThrow(() -> StripeError.missingParameter("amount"));
        var currency = form.required("currency");
        if (!currency.matches("[a-zA-Z]{3}")) {
            throw StripeError.invalid("parameter_invalid_string", "currency", "Invalid currency: " + currency);
        }
        var card = form.text("payment_method").map(Provider::card);
        var manual = manualCapture(form.text("capture_method").orElse("automatic_async"));
        var intent = new PaymentIntent(
                newId("pi"),
                card.isPresent()
                        ? PaymentIntent.Status.REQUIRES_CONFIRMATION
                        : PaymentIntent.Status.REQUIRES_PAYMENT_METHOD,
                amount,
                0,
                0,
                currency.toLowerCase(Locale.ROOT),
                manual,
                form.text("payment_method").orElse(null),
                null,
                form.text("description").orElse(null),
                Map.copyOf(form.group("metadata")),
                null,
                null,
                now());
        return form.flag("confirm") ? charge(intent, form) : Effect.of(intent);
    }

    Effect confirm(String id, Form form) {
        var intent = intent(id);
        switch (intent.status()) {
            case REQUIRES_CONFIRMATION, REQUIRES_PAYMENT_METHOD, REQUIRES_ACTION -> {
                return charge(intent, form);
            }
            default ->
                throw StripeError.unexpectedState(
                        intent, "confirmed", "requires_payment_method, requires_confirmation, requires_action");
        }
    }

    private Effect charge(PaymentIntent intent, Form form) {
        var method = form.text("payment_method")
                .or(() -> Optional.ofNullable(intent.paymentMethod()))
                .orElseThrow(() -> StripeError.missingParameter("payment_method"));
        var card = card(method);
        if (card == TestCard.AUTHENTICATION_REQUIRED && !form.flag("off_session")) {
            var waiting = intent.confirmed(PaymentIntent.Status.REQUIRES_ACTION, method, null, 0, null);
            return new Effect(waiting, null, null, List.of("payment_intent.requires_action"), card);
        }
        return card.declines() ? decline(intent, method, card) : approve(intent, method, card);
    }

    private static Effect approve(PaymentIntent intent, String method, TestCard card) {
        var charge = newId("ch");
        return intent.manualCapture()
                ? new Effect(
                        intent.confirmed(PaymentIntent.Status.REQUIRES_CAPTURE, method, charge, 0, null),
                        null,
                        null,
                        List.of("payment_intent.amount_capturable_updated"),
                        card)
                : new Effect(
                        intent.confirmed(PaymentIntent.Status.SUCCEEDED, method, charge, intent.amount(), null),
                        null,
                        null,
                        List.of("payment_intent.succeeded"),
                        card);
    }

    private static Effect decline(PaymentIntent intent, String method, TestCard card) {
        var charge = newId("ch");
        var error = StripeError.declined(card).with("charge", charge);
        var failed = intent.confirmed(
                PaymentIntent.Status.REQUIRES_PAYMENT_METHOD,
                null,
                charge,
                0,
                error.toJson().getJsonObject("error").copy().put("payment_method", new JsonObject().put("id", method)));
        error.with("payment_intent", failed.toJson());
        return new Effect(failed, null, error, List.of("payment_intent.payment_failed"), card);
    }

    Effect capture(String id, Form form) {
        var intent = intent(id);
        if (intent.status() != PaymentIntent.Status.REQUIRES_CAPTURE) {
            throw StripeError.unexpectedState(intent, "captured", "requires_capture");
        }
        var amount = form.positive("amount_to_capture").orElse(intent.capturable());
        if (amount > intent.capturable()) {
            throw StripeError.invalid(
                    "amount_too_large",
                    "amount_to_capture",
                    "The remaining amount that can be captured is " + intent.capturable() + ".");
        }
        return Effect.of(intent.captured(amount), "payment_intent.succeeded");
    }

    Effect cancel(String id, Form form) {
        var intent = intent(id);
        switch (intent.status()) {
            case SUCCEEDED, CANCELED ->
                throw StripeError.unexpectedState(
                        intent,
                        "canceled",
                        "requires_payment_method, requires_capture, requires_confirmation, requires_action");
            default -> {
                var reason = form.text("cancellation_reason")
                        .map(value -> oneOf(CANCEL_REASONS, "cancellation_reason", value));
                return Effect.of(intent.cancelled(reason.orElse(null)), "payment_intent.canceled");
            }
        }
    }

    Effect refund(Form form) {
        var id = form.required("payment_intent");
        var intent = Optional.ofNullable(intents.get(id))
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing", "payment_intent", "No such payment_intent: '" + id + "'"));
        if (intent.status() != PaymentIntent.Status.SUCCEEDED) {
            throw StripeError.invalid("This PaymentIntent (" + id + ") does not have a successful charge to refund.")
                    .with("code", "payment_intent_unexpected_state");
        }
        if (intent.refundable() == 0) {
            throw StripeError.invalid(
                    "charge_already_refunded", null, "Charge " + intent.charge() + " has already been refunded.");
        }
        var amount = form.positive("amount").orElse(intent.refundable());
        if (amount > intent.refundable()) {
            throw StripeError.invalid(
                    null,
                    "amount",
                    "Refund amount (" + amount + ") is greater than unrefunded amount on charge (" + intent.refundable()
                            + ").");
        }
        var refund = new Refund(
                newId("re"),
                id,
                intent.charge(),
                amount,
                intent.currency(),
                form.text("reason")
                        .map(value -> oneOf(REFUND_REASONS, "reason", value))
                        .orElse(null),
                Map.copyOf(form.group("metadata")),
                now());
        return new Effect(intent.refunded(amount), refund, null, List.of("charge.refunded"), null);
    }

    /** Makes an effect part of the books; replaying the log goes through here too. */
    void apply(PaymentIntent intent, Refund refund) {
        if (intents.put(intent.id(), intent) == null) {
            intentOrder.add(intent.id());
            var order = intent.metadata().get("order_id");
            if (order != null) {
                intentsByOrderId
                        .computeIfAbsent(order, id -> new ArrayList<>(1))
                        .add(intent.id());
            }
        }
        if (refund != null) {
            refunds.put(refund.id(), refund);
            refundOrder.add(refund.id());
            refundsByIntent
                    .computeIfAbsent(refund.paymentIntent(), id -> new ArrayList<>(1))
                    .add(refund.id());
        }
    }

    void record(ProviderEvent event) {
        events.addFirst(event);
        if (events.size() > EVENTS_KEPT) {
            events.removeLast();
        }
    }

    PaymentIntent intent(String id) {
        return Optional.ofNullable(intents.get(id)).orElseThrow(() -> StripeError.notFound("payment_intent", id));
    }

    Optional<PaymentIntent> find(String id) {
        return Optional.ofNullable(intents.get(id));
    }

    Refund refund(String id) {
        return Optional.ofNullable(refunds.get(id)).orElseThrow(() -> StripeError.notFound("refund", id));
    }

    ProviderEvent event(String id) {
        return events.stream()
                .filter(event -> event.id().equals(id))
                .findFirst()
                .orElseThrow(() -> StripeError.notFound("event", id));
    }

    /** Newest first; the last {@value #EVENTS_KEPT}. */
    List<ProviderEvent> events() {
        return List.copyOf(events);
    }

    /** Newest first. */
    List<PaymentIntent> intents() {
        return newestFirst(intentOrder, intents);
    }

    List<PaymentIntent> intentsOfOrder(String orderId) {
        return newestFirst(intentsByOrderId.getOrDefault(orderId, List.of()), intents);
    }

    List<Refund> refunds() {
        return newestFirst(refundOrder, refunds);
    }

    List<Refund> refundsOf(String intent) {
        return newestFirst(refundsByIntent.getOrDefault(intent, List.of()), refunds);
    }

    private static <T> List<T> newestFirst(List<String> order, Map<String, T> values) {
        var list = new ArrayList<T>(order.size());
        for (var i = order.size() - 1; i >= 0; i--) {
            list.add(values.get(order.get(i)));
        }
        return list;
    }

    private static TestCard card(String token) {
        return TestCard.of(token)
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing", "payment_method", "No such PaymentMethod: '" + token + "'"));
    }

    private static boolean manualCapture(String method) {
        return switch (method) {
            case "manual" -> true;
            case "automatic", "automatic_async" -> false;
            default ->
                throw StripeError.invalid(
                                "Invalid capture_method: must be one of automatic, automatic_async, or manual")
                        .with("param", "capture_method");
        };
    }

    private static String oneOf(Set<String> allowed, String param, String value) {
        if (!allowed.contains(value)) {
            throw StripeError.invalid("Invalid " + param + ": " + value).with("param", param);
        }
        return value;
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
