package omnibus.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import omnibus.payment.ReconcilerStore.Round;
import omnibus.payment.model.Books;
import omnibus.payment.model.Finding.Kind;
import omnibus.platform.call.Outage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares the provider's payments with our books and our books with the provider, round after round, one instance of the
 * shop at a time. Everything else here trusts that answers and events come in the end; this looks whether they did. A
 * round does a bounded part of the work and remembers where it ended; while the provider or the order service is away it
 * ends early, and nobody waits for it.
 */
final class Reconciler {
    private static final Logger LOG = LoggerFactory.getLogger(Reconciler.class);
    private static final int PAGE = 100;
    private static final int MOST_PAGES = 20;
    private static final int MOST_LOOK_UPS = 50;
    private static final int MOST_AT_ONCE = 2;
    /** Longer than a provider that only just answers in time makes it; one that is given up loses its epoch to the next. */
    private static final Duration LONGEST_ROUND = Duration.ofMinutes(10);

    private final Vertx vertx;
    private final ReconcilerStore store;
    private final StripeClient stripe;
    private final Examination examination;
    private final PaymentConfig.Reconciling config;
    private final Map<Kind, AtomicLong> unresolved = new EnumMap<>(Kind.class);
    private long timer = -1;
    private boolean underWay;
    private boolean stopped;

    Reconciler(
            Vertx vertx,
            ReconcilerStore store,
            StripeClient stripe,
            Examination examination,
            PaymentConfig.Reconciling config,
            MeterRegistry metrics) {
        this.vertx = vertx;
        this.store = store;
        this.stripe = stripe;
        this.examination = examination;
        this.config = config;
        for (var kind : Kind.values()) {
            unresolved.put(
                    kind,
                    metrics.gauge("omnibus.payment.mismatches", Tags.of("kind", kind.wireName()), new AtomicLong()));
        }
    }

    /** Each instance asks more often than a round is due, so that the next one takes over soon from one that died. */
    void start() {
        timer = vertx.setPeriodic(Math.max(1, config.every().toMillis() / 4), tick -> round());
    }

    void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /** Does the next round if it is due and nobody else does. @return whether it was done here and to its end */
    Future<Boolean> round() {
        if (underWay || stopped) return Future.succeededFuture(false);
        underWay = true;
        var done = store.claim()
                .compose(claimed -> claimed.isEmpty()
                        ? Future.succeededFuture(false)
                        : run(claimed.get()).map(true))
                .eventually(this::count);
        return Outage.ifSilent(done, LONGEST_ROUND)
                .otherwise(failure -> {
                    LOG.warn("this round of reconciling ends early, the next one goes on: {}", failure.toString());
                    return false;
                })
                .onComplete(over -> underWay = false);
    }

    private Future<Void> run(Round round) {
        return list(round, round.listedAfter(), MOST_PAGES)
                .compose(listed -> lookUp(round))
                .transform(done -> {
                    var lookedAfter = done.succeeded() ? done.result() : round.lookedAfter();
                    return store.finish(round, lookedAfter)
                            .compose(finished -> done.succeeded()
                                    ? Future.<Void>succeededFuture()
                                    : Future.failedFuture(done.cause()));
                });
    }

    private Future<Void> list(Round round, String after, int pagesLeft) {
        if (pagesLeft == 0 || stopped) return Future.succeededFuture();
        return stripe.list(round.from(), round.to(), after, PAGE)
                .compose(page -> examination.of(page.payments()).map(page))
                .compose(page -> {
                    var next = page.next().orElse(null);
                    return store.listed(round, next).compose(ours -> {
                        if (!ours) return Future.failedFuture("another instance has taken over");
                        return next == null ? Future.succeededFuture() : list(round, next, pagesLeft - 1);
                    });
                });
    }

    /** The other direction: what only our books have, and what was not resolved when it was last seen. */
    private Future<UUID> lookUp(Round round) {
        return store.unresolved(MOST_LOOK_UPS / 2)
                .compose(refs -> store.toLookUp(round.lookedAfter(), round.from(), MOST_LOOK_UPS / 2)
                        .compose(books -> {
                            var all = new LinkedHashSet<>(refs);
                            books.forEach(one -> all.add(one.payment().providerRef()));
                            return lookUp(new ArrayList<>(all)).map(last(books));
                        }));
    }

    private static UUID last(List<Books> books) {
        return books.size() < MOST_LOOK_UPS / 2
                ? null
                : books.get(books.size() - 1).payment().id();
    }

    private Future<Void> lookUp(List<String> refs) {
        Future<Void> done = Future.succeededFuture();
        for (var i = 0; i < refs.size(); i += MOST_AT_ONCE) {
            var some = refs.subList(i, Math.min(refs.size(), i + MOST_AT_ONCE));
            done = done.compose(before -> lookUpSome(some));
        }
        return done;
    }

    private Future<Void> lookUpSome(List<String> refs) {
        var found = refs.stream().map(stripe::find).toList();
        return Future.all(found).compose(answered -> {
            var missing = new ArrayList<String>();
            for (var i = 0; i < refs.size(); i++) {
                if (found.get(i).result().isEmpty()) missing.add(refs.get(i));
            }
            var there = found.stream().flatMap(one -> one.result().stream()).toList();
            return examination.of(there).compose(examined -> examination.ofMissing(missing));
        });
    }

    private Future<Void> count() {
        return store.countUnresolved()
                .onSuccess(counts ->
                        unresolved.forEach((kind, gauge) -> gauge.set(counts.getOrDefault(kind.wireName(), 0L))))
                .<Void>mapEmpty();
    }
}
