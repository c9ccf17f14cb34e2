package omnibus.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import omnibus.payment.model.Move;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.Answered;
import omnibus.payment.model.ProviderAnswer.Contradiction;
import omnibus.payment.model.ProviderAnswer.Looked;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.NeverHappened;
import omnibus.payment.model.ProviderAnswer.RefundSeen;
import omnibus.payment.model.ProviderAnswer.Refused;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Refund;
import omnibus.payment.model.Step;
import omnibus.platform.call.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets every open provider call answered: those just made at once, those whose answer was lost or whose instance died by
 * a poll. No transaction is open while the provider is asked; what it answered is written in one transaction with what
 * other calls were answered meanwhile.
 */
final class ProviderCalls {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderCalls.class);
    private static final int LARGEST_BATCH = 200;
    private static final int CLAIM = 64;
    private static final long POLL_MILLIS = 500;
    private static final long HOUR_MILLIS = 3_600_000;

    /** A payment after an answer was written, and what is to be asked because of it. */
    record Settled(Payment payment, List<ProviderCall> next) {}

    private final Vertx vertx;
    private final PaymentStore payments;
    private final CallStore calls;
    private final StripeClient stripe;
    private final MeterRegistry metrics;
    private final Batches<Answered, Settled> answers;
    private final Set<Future<Settled>> underWay = new HashSet<>();
    private long poll = -1;
    private long cleaning = -1;
    private boolean polling;
    private boolean stopped;

    ProviderCalls(Vertx vertx, PaymentStore payments, CallStore calls, StripeClient stripe, MeterRegistry metrics) {
        this.vertx = vertx;
        this.payments = payments;
        this.calls = calls;
        this.stripe = stripe;
        this.metrics = metrics;
        this.answers = new Batches<>(LARGEST_BATCH, this::settle);
    }

    void start() {
        schedule();
        cleaning = vertx.setPeriodic(
                HOUR_MILLIS,
                tick -> calls.forgetOldEvents()
                        .onFailure(failure -> LOG.warn("old events are not forgotten: {}", failure.toString())));
    }

    /** Takes on nothing more from the poll. */
    void stop() {
        stopped = true;
        vertx.cancelTimer(poll);
        vertx.cancelTimer(cleaning);
    }

    /** Completes when nothing is under way any more, or the provider has had time enough. */
    Future<Void> idle(Duration patience) {
        return Future.join(List.copyOf(underWay))
                .<Void>mapEmpty()
                .timeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    /** Asks, writes the answer, and asks what follows from it: the payment once nothing more follows. */
    Future<Payment> run(List<ProviderCall> toAsk, Payment payment) {
        Future<Payment> last = Future.succeededFuture(payment);
        for (var call : toAsk) {
            last = Future.join(last, run(Errand.fresh(call, payment))).map(both -> both.resultAt(1));
        }
        return last;
    }

    private Future<Payment> run(Errand errand) {
        var written = stripe.run(errand)
                .compose(answer -> answers.add(new Answered(errand.call(), answer)))
                .onFailure(failure -> unwritten(errand.call(), failure));
        underWay.add(written);
        return written.onComplete(done -> underWay.remove(written))
                .compose(settled -> settled.next().isEmpty()
                        ? Future.succeededFuture(settled.payment())
                        : run(settled.next(), settled.payment()));
    }

    /** An outage passes and the call is asked again when its lease ends. Anything else may fail for ever. */
    private void unwritten(ProviderCall call, Throwable failure) {
        if (Outage.is(failure)) {
            LOG.warn(
                    "the answer to {} cannot be written now; it will be asked again: {}",
                    call.key(),
                    failure.toString());
            return;
        }
        LOG.error("the answer to {} cannot be written", call.key(), failure);
        calls.failed(call.id(), failure.toString())
                .onSuccess(parked -> {
                    if (parked) LOG.error("{} is parked: it has failed too often, a person has to look", call.key());
                })
                .onFailure(again -> LOG.warn("{} cannot be put off: {}", call.key(), again.toString()));
    }

    private Future<List<Settled>> settle(List<Answered> batch) {
        return payments.change(
                        batch.stream().map(Answered::orderId).distinct().toList(),
                        batch.stream().map(answered -> answered.call().id()).toList(),
                        changes -> batch.stream()
                                .map(answered -> settle(answered, changes))
                                .toList())
                .onSuccess(settled -> settled.forEach(this::tellReview));
    }

    private static Settled settle(Answered answered, Changes changes) {
        var call = answered.call();
        var payment = changes.payment(call.orderId()).orElseThrow();
        if (!changes.isOpen(call)) return new Settled(payment, List.of());
        var move = move(payment, answered, changes);
        var after = changes.apply(move);
        if (answered.answer() instanceof Contradiction) {
            changes.close(call, true);
        } else if (isAnswered(answered, after)) {
            changes.close(call, false);
        } else {
            changes.retry(call, refOf(answered.answer()), why(answered.answer()), wasSent(answered.answer()));
        }
        return new Settled(after, move.calls());
    }

    private static Move move(Payment payment, Answered answered, Changes changes) {
        var call = answered.call();
        var now = changes.now();
        var answer = answered.answer();
        // What was seen before a step began says nothing about the step; its own answer will.
        if (call.step() == Step.LOOK && payment.open() != null) return payment.unchanged();
        if (answer instanceof Seen seen) return payment.observe(seen, now);
        if (answer instanceof Looked looked) {
            var seen = payment.observe(looked.intent(), now);
            return seen.then(seen.payment().adoptRefunds(looked.refunded(), now));
        }
        if (answer instanceof RefundSeen seen) return payment.refundAnswered(call, seen, now);
        if (answer instanceof Refused refused) return payment.refused(refused.reason(), now);
        if (answer instanceof NeverHappened) return payment.neverHappened(now);
        if (answer instanceof Contradiction contradiction) return payment.contradicted(contradiction.detail(), now);
        return answer instanceof Lost lost && lost.sent() ? payment.unanswered(call.step(), now) : payment.unchanged();
    }

    private static boolean isAnswered(Answered answered, Payment after) {
        if (answered.answer() instanceof Lost) return false;
        return switch (answered.call().step()) {
            case LOOK -> true;
            case REFUND -> answered.answer() instanceof RefundSeen seen && seen.status() != Refund.Status.PENDING;
            case AUTHORIZE, CAPTURE, VOID -> after.open() != answered.call().step();
        };
    }

    private static String refOf(ProviderAnswer answer) {
        return answer instanceof RefundSeen seen ? seen.ref() : null;
    }

    private static boolean wasSent(ProviderAnswer answer) {
        return !(answer instanceof Lost lost) || lost.sent();
    }

    private static String why(ProviderAnswer answer) {
        return answer instanceof Lost lost ? lost.why() : answer.getClass().getSimpleName();
    }

    /** Loud each time one is marked: money and books disagree, and only a person can tell which is right. */
    private void tellReview(Settled settled) {
        var payment = settled.payment();
        if (payment.review() == null) return;
        metrics.counter("omnibus.payment.review").increment();
        LOG.atError()
                .addKeyValue("payment", payment.id())
                .addKeyValue("order", payment.orderId())
                .addKeyValue("provider", payment.providerRef())
                .log("a payment needs a person: {}", payment.review());
    }

    /** Makes the next poll come at once. */
    void hurry() {
        if (stopped || polling) return;
        vertx.cancelTimer(poll);
        pollNow();
    }

    private void schedule() {
        if (stopped) return;
        var delay = POLL_MILLIS / 2 + ThreadLocalRandom.current().nextLong(POLL_MILLIS);
        poll = vertx.setTimer(delay, tick -> pollNow());
    }

    private void pollNow() {
        polling = true;
        Outage.ifSilent(calls.claim(CLAIM))
                .onSuccess(claimed -> claimed.forEach(this::run))
                .onFailure(failure -> LOG.warn("open provider calls cannot be read: {}", failure.toString()))
                .onComplete(done -> {
                    polling = false;
                    var more = done.succeeded() && done.result().size() == CLAIM;
                    if (more && !stopped) pollNow();
                    else schedule();
                });
    }
}
