package omnibus.payment;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.payment.model.Journal;
import omnibus.payment.model.Move;
import omnibus.payment.model.Payment;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Refund;

/**
 * One transaction's work: the payments it has locked, and what was decided about them. A payment decided upon twice in
 * one transaction is decided upon as it is after the first decision.
 */
final class Changes {
    /**
     * A call that stays open.
     *
     * @param ref what the provider has named it by now, {@code null} if nothing
     */
    record Retry(UUID callId, String ref, String error, boolean sent) {}

    private final Instant now;
    private final Map<UUID, Payment> before = new HashMap<>();
    private final Map<UUID, Payment> after = new LinkedHashMap<>();
    private final Set<UUID> openCalls;
    private final List<ProviderCall> calls = new ArrayList<>();
    private final List<Refund> refunds = new ArrayList<>();
    private final List<Journal> journals = new ArrayList<>();
    private final List<UUID> done = new ArrayList<>();
    private final List<UUID> reviewed = new ArrayList<>();
    private final List<Retry> retries = new ArrayList<>();
    private final Set<UUID> hurried = new HashSet<>();
    private final Set<UUID> toldAgain = new HashSet<>();
    private final Set<UUID> reopened = new HashSet<>();

    /** @param openCalls of the calls that were asked about, those still open */
    Changes(Instant now, Collection<Payment> locked, Set<UUID> openCalls) {
        this.now = now;
        this.openCalls = openCalls;
        locked.forEach(payment -> before.put(payment.orderId(), payment));
    }

    Instant now() {
        return now;
    }

    Optional<Payment> payment(UUID orderId) {
        return Optional.ofNullable(after.getOrDefault(orderId, before.get(orderId)));
    }

    Collection<Payment> payments() {
        return before.values();
    }

    /** Whether an answer to this call is news: another instance may have asked too, and have been faster. */
    boolean isOpen(ProviderCall call) {
        return openCalls.contains(call.id());
    }

    Payment apply(Move move) {
        calls.addAll(move.calls());
        refunds.addAll(move.refunds());
        journals.addAll(move.journals());
        return put(move.payment());
    }

    Payment put(Payment payment) {
        var known = before.get(payment.orderId());
        if (!payment.equals(known)) {
            after.put(payment.orderId(), known == null ? payment : payment.versioned(known.version() + 1));
        }
        return payment;
    }

    /** The log tells of it although nothing has changed: somebody has not heard. */
    void tellAgain(Payment payment) {
        put(payment.touched(now));
        toldAgain.add(payment.orderId());
    }

    boolean isToldAgain(Payment payment) {
        return toldAgain.contains(payment.orderId());
    }

    void call(ProviderCall call) {
        calls.add(call);
    }

    void close(ProviderCall call, boolean forReview) {
        openCalls.remove(call.id());
        (forReview ? reviewed : done).add(call.id());
    }

    /** @param sent whether the provider may have got it; what it has not costs it nothing and is tried again soon */
    void retry(ProviderCall call, String ref, String error, boolean sent) {
        retries.add(new Retry(call.id(), ref, error, sent));
    }

    /** What is open of this payment is asked again at once. */
    void hurry(Payment payment) {
        hurried.add(payment.id());
    }

    /** What is parked of this payment, and its step under way, is asked again. */
    void reopen(Payment payment) {
        reopened.add(payment.id());
    }

    List<Payment> created() {
        return after.values().stream()
                .filter(payment -> !before.containsKey(payment.orderId()))
                .toList();
    }

    List<Payment> updated() {
        return after.values().stream()
                .filter(payment -> before.containsKey(payment.orderId()))
                .toList();
    }

    Payment previous(Payment payment) {
        return before.get(payment.orderId());
    }

    List<ProviderCall> calls() {
        return calls;
    }

    List<Refund> refunds() {
        return refunds;
    }

    List<Journal> journals() {
        return journals;
    }

    List<UUID> done() {
        return done;
    }

    List<UUID> reviewed() {
        return reviewed;
    }

    List<Retry> retries() {
        return retries;
    }

    Set<UUID> hurried() {
        return hurried;
    }

    Set<UUID> reopened() {
        return reopened;
    }
}
