package omnibus.payment;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import omnibus.payment.model.Authorization;
import omnibus.payment.model.Move;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Reason;
import omnibus.payment.model.Verdict;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the order saga and the shop's people do with payments. A batch of orders is decided in one transaction; then the
 * provider is asked for each order, outside of any; an order whose answer does not come in time is answered
 * {@code pending} and goes on by itself.
 */
final class Payments {
    private static final Logger LOG = LoggerFactory.getLogger(Payments.class);
    private static final Reason NOTHING_AUTHORIZED =
            new Reason("not-authorized", "There is no payment of this order to take.");

    /** A command about an order's payment by the holder of the order's saga. */
    record Command(UUID orderId, long epoch) {}

    /** @param payment {@code null} where an order has none */
    record Result(UUID orderId, Payment payment, Verdict verdict) {}

    /** What a command has led to so far, and what is to be asked because of it. */
    private record Decided(
            UUID orderId, Payment payment, List<ProviderCall> calls, Function<Payment, Verdict> verdict) {}

    private final PaymentStore store;
    private final ProviderCalls provider;
    private final Duration answerWithin;

    Payments(PaymentStore store, ProviderCalls provider, Duration answerWithin) {
        this.store = store;
        this.provider = provider;
        this.answerWithin = answerWithin;
    }

    Future<List<Result>> authorize(List<Authorization> orders) {
        return decide(orders, Authorization::orderId, Payments::authorize);
    }

    private static Decided authorize(Authorization wanted, Changes changes) {
        var found = changes.payment(wanted.orderId());
        Function<Payment, Verdict> verdict = payment -> Verdict.ofAuthorize(payment, wanted);
        if (found.isEmpty()) {
            return moved(Payment.begin(Ids.next(), wanted, changes.now()), changes, verdict);
        }
        var payment = found.get();
        if (payment.isStale(wanted.epoch())) return stale(payment);
        if (!payment.cancelRequested() && !payment.isFor(wanted)) {
            LOG.atError()
                    .addKeyValue("order", wanted.orderId())
                    .addKeyValue("payment", payment.id())
                    .log(
                            "an order of {} {} wants another payment than the one of {} it has",
                            wanted.amount().amount(),
                            wanted.amount().currency(),
                            payment.funds().amount());
        }
        changes.put(payment.heeding(wanted.epoch()));
        return new Decided(wanted.orderId(), payment, List.of(), verdict);
    }

    Future<List<Result>> capture(List<Command> orders) {
        return decide(
                orders,
                Command::orderId,
                (command, changes) -> changes.payment(command.orderId())
                        .map(payment -> payment.isStale(command.epoch())
                                ? stale(payment)
                                : moved(
                                        payment.heeding(command.epoch()).capture(changes.now()),
                                        changes,
                                        Verdict::ofCapture))
                        .orElseGet(() -> new Decided(
                                command.orderId(), null, List.of(), none -> Verdict.refused(NOTHING_AUTHORIZED))));
    }

    Future<List<Result>> cancel(List<Command> orders) {
        return decide(orders, Command::orderId, (command, changes) -> {
            var payment = changes.payment(command.orderId())
                    .orElseGet(() -> changes.put(
                            Payment.tombstone(Ids.next(), command.orderId(), command.epoch(), changes.now())));
            return payment.isStale(command.epoch())
                    ? stale(payment)
                    : moved(payment.heeding(command.epoch()).cancel(changes.now()), changes, Verdict::ofCancel);
        });
    }

    private static Decided moved(Move move, Changes changes, Function<Payment, Verdict> verdict) {
        var payment = changes.apply(move);
        return new Decided(payment.orderId(), payment, move.calls(), verdict);
    }

    private static Decided stale(Payment payment) {
        return new Decided(payment.orderId(), payment, List.of(), now -> Verdict.STALE);
    }

    private <T> Future<List<Result>> decide(
            List<T> commands, Function<T, UUID> orderId, BiFunction<T, Changes, Decided> decision) {
        var started = System.nanoTime();
        var orderIds = commands.stream().map(orderId).distinct().toList();
        return store.change(
                        orderIds,
                        changes -> commands.stream()
                                .map(command -> decision.apply(command, changes))
                                .toList())
                .compose(decided -> answer(decided, started));
    }

    private Future<List<Result>> answer(List<Decided> decided, long startedNanos) {
        var left = Math.max(1, answerWithin.toMillis() - (System.nanoTime() - startedNanos) / 1_000_000);
        var results = new ArrayList<Future<Result>>();
        for (var one : decided) {
            var settled = one.calls.isEmpty()
                    ? Future.succeededFuture(one.payment)
                    : provider.run(one.calls, one.payment)
                            .timeout(left, TimeUnit.MILLISECONDS)
                            .otherwise(one.payment);
            results.add(settled.map(payment -> new Result(one.orderId, payment, one.verdict.apply(payment))));
        }
        return Future.all(results).map(all -> all.<Result>list());
    }

    /**
     * Gives money back, once for each idempotency key.
     *
     * @param amount minor units; {@code null} for all that is left
     * @return whether the key was used before
     * @throws Problem not found, or conflict when there is not that much to give back
     */
    Future<Boolean> refund(Call call, UUID paymentId, Long amount, String currency, String reason) {
        return store.byId(paymentId)
                .map(found -> found.orElseThrow(Problem::notFound))
                .compose(payment -> {
                    requireCurrency(payment, currency);
                    return store.changeOnce(call, payment.orderId(), changes -> {
                        var locked = changes.payment(payment.orderId()).orElseThrow();
                        var move = locked.refund(Ids.next(), amount, reason, changes.now());
                        return new Decided(payment.orderId(), changes.apply(move), move.calls(), Verdict::ofCancel);
                    });
                })
                .compose(done -> done.isEmpty()
                        ? Future.succeededFuture(true)
                        : answer(List.of(done.get()), System.nanoTime()).map(false));
    }

    private static void requireCurrency(Payment payment, String currency) {
        if (currency != null && !currency.equals(payment.funds().currency())) {
            throw Problem.invalid(
                    "currency-mismatch",
                    "This payment was made in " + payment.funds().currency() + ".",
                    Problem.Fault.at(
                            "/amount/currency", "must be " + payment.funds().currency()));
        }
    }
}
