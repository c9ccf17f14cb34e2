package omnibus.sandbox;

import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The provider's rules. Decisions return an {@link Effect} and change nothing. */
final class Provider {
    private static final String LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Set<String> REFUND_REASONS = Set.of("duplicate", "fraudulent", "requested_by_customer");
    private static final Set<String> CANCEL_REASONS =
            Set.of("duplicate", "fraudulent", "requested_by_customer", "abandoned");

    private final Clock clock;
    private final Archive archive;

    Provider(Clock clock, Archive archive) {
        this.clock = clock;
        this.archive = archive;
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
        return form.flag("confirm") ? charge(intent, form) : Effect.of(intent, null);
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
            return new Effect(waiting, null, null, "payment_intent.requires_action", card);
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
                        "payment_intent.amount_capturable_updated",
                        card)
                : new Effect(
                        intent.confirmed(PaymentIntent.Status.SUCCEEDED, method, charge, intent.amount(), null),
                        null,
                        null,
                        "payment_intent.succeeded",
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
        return new Effect(failed, null, error, "payment_intent.payment_failed", card);
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
        var intent = find(id).orElseThrow(() ->
                StripeError.invalid("resource_missing", "payment_intent", "No such payment_intent: '" + id + "'"));
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
        return new Effect(intent.refunded(amount), refund, null, "charge.refunded", null);
    }

    PaymentIntent intent(String id) {
        return find(id).orElseThrow(() -> StripeError.notFound("payment_intent", id));
    }

    Optional<PaymentIntent> find(String id) {
        return archive.newest("intent", id).map(PaymentIntent::ofLine);
    }

    Refund refund(String id) {
        return archive.newest("refund", id)
                .map(line -> Refund.fromJson(line.getJsonObject("refund")))
                .orElseThrow(() -> StripeError.notFound("refund", id));
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
