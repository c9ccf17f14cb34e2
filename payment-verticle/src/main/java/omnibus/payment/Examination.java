package omnibus.payment;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import omnibus.payment.model.Books;
import omnibus.payment.model.Comparison;
import omnibus.payment.model.Finding;
import omnibus.payment.model.Finding.Later;
import omnibus.payment.model.Finding.Mismatch;
import omnibus.payment.model.Finding.Repair;
import omnibus.payment.model.Finding.Repairable;
import omnibus.payment.model.Listed;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.SagaStanding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares some payments of the provider with our books and their orders, repairs what is safe, and notes the rest. */
final class Examination {
    private static final Logger LOG = LoggerFactory.getLogger(Examination.class);

    /** What one payment at the provider has come to; {@code listed} is {@code null} where the provider has none. */
    private record Compared(String ref, Listed listed, Books books, Finding finding) {
        UUID orderId() {
            return books == null ? listed.orderId() : books.payment().orderId();
        }
    }

    private final ReconcilerStore store;
    private final PaymentStore payments;
    private final OrderClient orders;
    private final ProviderCalls provider;
    private final MeterRegistry metrics;

    Examination(
            ReconcilerStore store,
            PaymentStore payments,
            OrderClient orders,
            ProviderCalls provider,
            MeterRegistry metrics) {
        this.store = store;
        this.payments = payments;
        this.orders = orders;
        this.provider = provider;
        this.metrics = metrics;
    }

    /** Of payments the provider has. */
    Future<Void> of(List<Listed> listed) {
        if (listed.isEmpty()) return Future.succeededFuture();
        var refs = listed.stream().map(Listed::ref).toList();
        var orderIds = listed.stream()
                .map(Listed::orderId)
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        return store.books(refs, orderIds)
                .compose(found -> {
                    var concerned = match(listed, found);
                    return orders.standings(withMoney(concerned)).map(standings -> compared(concerned, standings));
                })
                .compose(this::act);
    }

    /** Of payments the provider says it does not have. */
    Future<Void> ofMissing(List<String> refs) {
        if (refs.isEmpty()) return Future.succeededFuture();
        return store.books(refs, List.of()).compose(found -> {
            var byRef = new HashMap<String, Books>();
            found.forEach(books -> byRef.put(books.payment().providerRef(), books));
            return act(refs.stream()
                    .map(ref -> new Compared(
                            ref,
                            null,
                            byRef.get(ref),
                            Optional.ofNullable(byRef.get(ref))
                                    .map(Comparison::ofMissing)
                                    .orElse(Finding.AGREED)))
                    .toList());
        });
    }

    private static Map<Listed, Optional<Books>> match(List<Listed> listed, List<Books> found) {
        var byRef = new HashMap<String, Books>();
        var byOrder = new HashMap<UUID, Books>();
        for (var books : found) {
            byRef.put(books.payment().providerRef(), books);
            byOrder.put(books.payment().orderId(), books);
        }
        var matched = new HashMap<Listed, Optional<Books>>();
        for (var one : listed) {
            var books = byRef.getOrDefault(one.ref(), byOrder.get(one.orderId()));
            matched.put(one, Optional.ofNullable(books));
        }
        return matched;
    }

    private static Collection<UUID> withMoney(Map<Listed, Optional<Books>> concerned) {
        return concerned.entrySet().stream()
                .filter(one -> one.getKey().hasMoney() && one.getValue().isPresent())
                .map(one -> one.getValue().get().payment().orderId())
                .distinct()
                .toList();
    }

    private static List<Compared> compared(Map<Listed, Optional<Books>> concerned, Map<UUID, SagaStanding> standings) {
        var all = new ArrayList<Compared>();
        concerned.forEach((listed, books) -> {
            var saga = books.map(one -> standings.get(one.payment().orderId())).orElse(null);
            var finding = Comparison.of(listed, books, saga == null ? SagaStanding.NONE : saga);
            all.add(new Compared(listed.ref(), listed, books.orElse(null), finding));
        });
        return all;
    }

    private Future<Void> act(List<Compared> all) {
        var lookedAt = all.stream()
                .filter(one -> !(one.finding instanceof Later))
                .map(Compared::ref)
                .toList();
        var mismatches = all.stream()
                .filter(one -> one.finding instanceof Mismatch)
                .map(one -> new ReconcilerStore.Found(
                        one.ref, one.books == null ? null : one.books.payment().id(), one.orderId(), (Mismatch)
                                one.finding))
                .toList();
        return store.note(lookedAt, mismatches)
                .onSuccess(fresh -> fresh.forEach(Examination::raise))
                .compose(noted -> Future.join(all.stream()
                                .filter(one -> one.finding instanceof Repairable)
                                .map(this::repair)
                                .toList())
                        .mapEmpty());
    }

    private static void raise(ReconcilerStore.Found found) {
        LOG.atError()
                .addKeyValue("provider", found.ref())
                .addKeyValue("payment", found.paymentId())
                .addKeyValue("order", found.orderId())
                .addKeyValue("kind", found.mismatch().kind().wireName())
                .log("the provider and the books disagree: {}", found.mismatch().detail());
    }

    /** What a repair has decided, and what is to be asked because of it; none when the payment has moved meanwhile. */
    private record Repaired(Payment payment, List<ProviderCall> calls) {}

    private Future<Payment> repair(Compared one) {
        var seen = one.books.payment();
        var repair = ((Repairable) one.finding).repair();
        return payments.change(List.of(seen.orderId()), changes -> {
                    var payment = changes.payment(seen.orderId()).orElseThrow();
                    return payment.version() == seen.version()
                            ? Optional.of(repaired(repair, one.listed, payment, changes))
                            : Optional.<Repaired>empty();
                })
                .compose(decided -> {
                    if (decided.isEmpty()) return Future.succeededFuture(seen);
                    tell(repair, seen);
                    return provider.run(decided.get().calls, decided.get().payment);
                })
                .onFailure(failure -> LOG.error("payment {} cannot be repaired ({})", seen.id(), repair, failure));
    }

    private static Repaired repaired(Repair repair, Listed listed, Payment payment, Changes changes) {
        var now = changes.now();
        var move = switch (repair) {
            case RELEASE -> payment.isOver() ? payment.observe(listed.intent(), now) : payment.cancel(now);
            case RECORD -> payment.observe(listed.intent(), now);
            case WAKE -> payment.unchanged();
        };
        if (repair == Repair.WAKE) changes.tellAgain(payment);
        else changes.apply(move);
        return new Repaired(move.payment(), move.calls());
    }

    private void tell(Repair repair, Payment payment) {
        metrics.counter("omnibus.payment.repairs", "repair", repair.name()).increment();
        LOG.atInfo()
                .addKeyValue("payment", payment.id())
                .addKeyValue("order", payment.orderId())
                .addKeyValue("provider", payment.providerRef())
                .log("the provider was ahead of the books; repaired: {}", repair);
    }
}
