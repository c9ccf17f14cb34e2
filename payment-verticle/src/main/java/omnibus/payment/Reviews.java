package omnibus.payment;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import omnibus.payment.model.Move;
import omnibus.payment.model.Payment;
import omnibus.platform.Problem;

/** What the shop's people do with payments that nothing automatic touches any more. */
final class Reviews {
    private final ReviewStore reviews;
    private final PaymentStore payments;
    private final ProviderCalls provider;
    private final Duration answerWithin;

    Reviews(ReviewStore reviews, PaymentStore payments, ProviderCalls provider, Duration answerWithin) {
        this.reviews = reviews;
        this.payments = payments;
        this.provider = provider;
        this.answerWithin = answerWithin;
    }

    Future<List<Review>> page(Optional<UUID> after, int limit) {
        return reviews.page(after, limit);
    }

    /** Asks the provider again; what it says now decides. Refused for a payment that waits for nobody. */
    Future<Payment> retry(UUID paymentId) {
        return reviews.find(paymentId).compose(found -> {
            var review = found.orElseThrow(Problem::notFound);
            if (review.why() == null) {
                throw Problem.conflict(
                        "payment-not-under-review",
                        "This payment is " + review.payment().status() + " and does not wait for a person.");
            }
            return takeUp(review)
                    .compose(move -> askAgain(move, review.payment().orderId()));
        });
    }

    private Future<Move> takeUp(Review review) {
        var orderId = review.payment().orderId();
        return payments.change(List.of(orderId), changes -> {
            var locked = changes.payment(orderId).orElseThrow();
            var move = locked.retry(review.step(), changes.now());
            changes.reopen(locked);
            changes.apply(move);
            return move;
        });
    }

    private Future<Payment> askAgain(Move move, UUID orderId) {
        provider.hurry();
        return provider.run(move.calls(), move.payment())
                .timeout(answerWithin.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .compose(asked -> payments.byOrder(orderId))
                .map(now -> now.orElse(move.payment()));
    }
}
