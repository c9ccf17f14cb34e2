package omnibus.payment;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import omnibus.payment.model.Payment;
import omnibus.payment.model.PaymentStatus;
import omnibus.platform.Ids;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.Secret;
import omnibus.platform.call.SecurityEvents;
import omnibus.platform.call.SecurityEvents.Origin;
import org.slf4j.event.Level;

/**
 * Events of the provider. They come late, twice and in any order, so they are no facts here but hints: what agrees with
 * our books changes nothing, anything else makes us ask the provider how things stand now.
 */
final class Webhooks {
    private static final int LARGEST_BATCH = 200;

    /**
     * What an event says of a payment.
     *
     * @param orderId  as we had it noted at the provider, {@code null} if it is none of ours
     * @param refunded minor units that went back, where it speaks of refunds
     */
    private record Hint(String eventId, String type, String ref, UUID orderId, long refunded) {}

    private final PaymentStore store;
    private final ProviderCalls provider;
    private final StripeSignature signature;
    private final Clock clock;
    private final Batches<Hint, Void> hints = new Batches<>(LARGEST_BATCH, this::heed);

    Webhooks(PaymentStore store, ProviderCalls provider, Secret secret, Clock clock) {
        this.store = store;
        this.provider = provider;
        this.signature = new StripeSignature(secret);
        this.clock = clock;
    }

    /**
     * Takes an event; completes when it may be forgotten by its sender.
     *
     * @throws Problem 400 {@code invalid-signature} unless the provider has signed exactly this within 300 s
     */
    Future<Void> receive(String signatureHeader, Buffer body, Origin origin) {
        if (!signature.proves(signatureHeader, body.getBytes(), clock.instant().getEpochSecond())) {
            SecurityEvents.tell(Level.WARN, "webhook-refused", origin);
            throw Problem.invalid(
                    "invalid-signature",
                    "The event is not signed by the payment provider, or was signed too long ago.");
        }
        var event = Json.tree(body);
        var object = event.path("data").path("object");
        return switch (event.path("type").asText()) {
            case "payment_intent.amount_capturable_updated",
                    "payment_intent.succeeded",
                    "payment_intent.canceled",
                    "payment_intent.payment_failed",
                    "payment_intent.requires_action" -> hints.add(hint(event, object.path("id"), object));
            case "charge.refunded", "charge.refund.updated" ->
                hints.add(hint(event, object.path("payment_intent"), object));
            default -> Future.succeededFuture();
        };
    }

    private static Hint hint(JsonNode event, JsonNode ref, JsonNode object) {
        var orderId = Ids.parse(object.path("metadata").path("order_id").asText());
        return new Hint(
                event.path("id").asText(),
                event.path("type").asText(),
                ref.asText(),
                orderId.orElse(null),
                object.path("amount_refunded").asLong());
    }

    private Future<List<Void>> heed(List<Hint> batch) {
        var events = batch.stream().map(Hint::eventId).toList();
        var refs = batch.stream().map(Hint::ref).distinct().toList();
        var orders = batch.stream()
                .map(Hint::orderId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return store.changeByEvents(events, refs, orders, (changes, fresh) -> doubts(batch, changes, fresh))
                .map(doubts -> {
                    doubts.looks.forEach(look -> provider.run(List.of(look.call()), look.payment()));
                    if (doubts.hurried) provider.hurry();
                    return Collections.nCopies(batch.size(), null);
                });
    }

    /** What to ask the provider now, and whether something open was brought forward. */
    private record Doubts(List<Errand> looks, boolean hurried) {}

    private static Doubts doubts(List<Hint> batch, Changes changes, Set<String> fresh) {
        var looks = new ArrayList<Errand>();
        var hurried = false;
        for (var hint : batch) {
            var payment = changes.payments().stream()
                    .filter(one -> concerns(hint, one))
                    .findFirst();
            if (payment.isEmpty() || !fresh.remove(hint.eventId) || agrees(hint, payment.get())) continue;
            if (payment.get().open() != null) {
                changes.hurry(payment.get());
                hurried = true;
            } else {
                var look = payment.get().look(hint.eventId, hint.ref);
                changes.call(look);
                looks.add(Errand.fresh(look, payment.get()));
            }
        }
        return new Doubts(looks, hurried);
    }

    private static boolean concerns(Hint hint, Payment payment) {
        return hint.ref.equals(payment.providerRef()) || payment.orderId().equals(hint.orderId);
    }

    /** Whether our books are where the event says, or beyond. */
    private static boolean agrees(Hint hint, Payment payment) {
        var settled = payment.status() != PaymentStatus.PENDING && payment.status() != PaymentStatus.UNKNOWN;
        var same = hint.ref.equals(payment.providerRef());
        return switch (hint.type) {
            case "payment_intent.amount_capturable_updated" ->
                settled && same && payment.status() != PaymentStatus.DECLINED;
            case "payment_intent.succeeded" -> payment.wasCaptured() && same;
            case "payment_intent.canceled" -> payment.status() == PaymentStatus.VOIDED && same;
            case "payment_intent.payment_failed", "payment_intent.requires_action" -> settled;
            default ->
                hint.refunded <= payment.funds().refunded() + payment.funds().refunding();
        };
    }
}
