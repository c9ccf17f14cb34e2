package omnibus.payment.model;

import java.time.Instant;
import java.util.UUID;
import omnibus.payment.model.ProviderAnswer.Seen;
import omnibus.payment.model.Refund.Status;
import omnibus.platform.Ids;
import omnibus.platform.Problem;

/**
 * The payment of one order. At most one of authorize, capture and void is under way at the provider at a time, so its
 * outcome can be told by looking; refunds go beside each other.
 *
 * @param userId {@code null} for a tombstone: an order that was cancelled before it was to be paid
 * @param epoch  the highest seen of this order. One for all steps, which is stricter than one for each: a late cancel
 *               of a lost instance must not undo the capture of its successor
 */
public record Payment(
        UUID id,
        UUID orderId,
        UUID userId,
        String paymentMethod,
        Funds funds,
        Standing standing,
        long epoch,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** Begins a payment. An order of 0 is paid without the provider, which takes no such amount. */
    public static Move begin(UUID id, Authorization wanted, Instant now) {
        var free = wanted.amount().amount() == 0;
        var standing =
                free ? Standing.at(PaymentStatus.AUTHORIZED, null) : Standing.at(PaymentStatus.PENDING, Step.AUTHORIZE);
        var payment = new Payment(
                id,
                wanted.orderId(),
                wanted.userId(),
                wanted.paymentMethod(),
                Funds.of(wanted.amount()),
                standing,
                wanted.epoch(),
                0,
                now,
                now);
        return free ? Move.to(payment) : Move.to(payment).call(payment.callFor(Step.AUTHORIZE));
    }

    /** Remembers a cancel that came before the payment, so that a late authorize is refused. */
    public static Payment tombstone(UUID id, UUID orderId, long epoch, Instant now) {
        var standing = Standing.at(PaymentStatus.VOIDED, null).cancelling().because(Reason.ORDER_CANCELLED);
        return new Payment(id, orderId, null, null, Funds.none(), standing, epoch, 0, now, now);
    }

    public Move unchanged() {
        return Move.to(this);
    }

    public boolean isStale(long commandEpoch) {
        return commandEpoch < epoch;
    }

    public boolean wasCaptured() {
        return switch (status()) {
            case CAPTURED, PARTIALLY_REFUNDED, REFUNDED -> true;
            default -> false;
        };
    }

    public boolean isOver() {
        return status() == PaymentStatus.VOIDED || status() == PaymentStatus.DECLINED;
    }

    public boolean isFor(Authorization wanted) {
        return matches(wanted.amount().amount(), wanted.amount().currency())
                && wanted.paymentMethod().equals(paymentMethod)
                && wanted.userId().equals(userId);
    }

    /** Takes the money that is held. Nothing happens where it is taken already, or must not be taken any more. */
    public Move capture(Instant now) {
        if (status() != PaymentStatus.AUTHORIZED || open() != null || cancelRequested()) return Move.to(this);
        if (funds.amount() == 0) return Move.to(to(PaymentStatus.CAPTURED, now));
        return ask(Step.CAPTURE, now);
    }

    /** Undoes the payment as far as it has come. What is under way is waited for: its outcome decides what to undo. */
    public Move cancel(Instant now) {
        return with(standing.cancelling(), now).unwind(now);
    }

    private Move unwind(Instant now) {
        if (!cancelRequested() || open() != null || review() != null) return Move.to(this);
        if (status() == PaymentStatus.AUTHORIZED) {
            return funds.amount() == 0 ? Move.to(to(PaymentStatus.VOIDED, now)) : ask(Step.VOID, now);
        }
        if (status() == PaymentStatus.CAPTURED && funds.captured() == 0) {
            return Move.to(to(PaymentStatus.REFUNDED, now));
        }
        return wasCaptured() && funds.refundable() > 0
                ? startRefund(Ids.next(), funds.refundable(), Reason.ORDER_CANCELLED.detail(), now)
                : Move.to(this);
    }

    /**
     * Sends money back.
     *
     * @param amount minor units; {@code null} for all that is left
     * @throws Problem conflict when there is not that much to send back
     */
    public Move refund(UUID refundId, Long amount, String why, Instant now) {
        if (review() != null) throw Problem.conflict("payment-under-review", Reason.UNDER_REVIEW.detail());
        if (!wasCaptured() || funds.captured() == 0) {
            throw Problem.conflict("payment-not-captured", "Nothing was taken, so there is nothing to give back.");
        }
        var part = amount == null ? funds.refundable() : amount;
        if (part == 0 || part > funds.refundable()) {
            var left = funds.refundable() + " " + funds.currency();
            throw Problem.conflict("refund-exceeds-captured", "At most " + left + " (minor units) can be given back.")
                    .with("refundable", funds.refundable());
        }
        return startRefund(refundId, part, why, now);
    }

    private Move startRefund(UUID refundId, long part, String why, Instant now) {
        var key = Step.REFUND.key(orderId, refundId);
        return Move.to(with(funds.startRefund(part), now))
                .refund(new Refund(refundId, id, part, why, Status.PENDING, null, now))
                .call(new ProviderCall(Ids.next(), id, orderId, Step.REFUND, key, part, refundId, null));
    }

    /** The provider's answer to authorize, capture or void, or what a look has shown while none of them was open. */
    public Move observe(Seen seen, Instant now) {
        if (providerRef() != null && !providerRef().equals(seen.ref())) {
            return contradicted("a second payment " + seen.ref() + " beside " + providerRef(), now);
        }
        var known = with(standing.known(seen.ref()), updatedAt);
        var move = switch (seen.status()) {
            case PROCESSING -> Move.to(known);
            case AUTHORIZED -> known.authorized(seen, providerRef() == null, now);
            case CAPTURED -> known.captured(seen, now);
            case CANCELLED -> known.cancelled(now);
            case FAILED -> known.refused(seen.decline(), now);
        };
        return move.then(move.payment().unwind(now));
    }

    private Move authorized(Seen seen, boolean first, Instant now) {
        if (isOver()) {
            // Given up as never having happened or as declined, it has happened after all: release it. A hold that we
            // have seen before and voided is a late reading: a void is final at the provider.
            return first || status() == PaymentStatus.DECLINED
                    ? Move.to(with(late(seen), now).with(standing.cancelling().to(PaymentStatus.AUTHORIZED, null), now))
                    : Move.to(this);
        }
        if (wasCaptured() || open() == Step.CAPTURE || open() == Step.VOID || review() != null) return Move.to(this);
        return matches(seen.amount(), seen.currency())
                ? Move.to(to(PaymentStatus.AUTHORIZED, now))
                : contradicted("authorized " + seen.amount() + " " + seen.currency() + " of " + funds.amount(), now);
    }

    /** What the provider has, where we had given the payment up and perhaps never knew an amount. */
    private static Funds late(Seen seen) {
        return new Funds(Math.max(seen.amount(), seen.received()), seen.currency(), 0, 0, 0);
    }

    private Move captured(Seen seen, Instant now) {
        if (wasCaptured() || review() != null) return Move.to(this);
        if (isOver()) {
            // Nobody has anything for this money, and nobody waits for it: it goes back.
            var taken = with(late(seen).capture(seen.received()), now)
                    .with(standing.cancelling().to(PaymentStatus.CAPTURED, null), now);
            return Move.to(taken).journal(Journal.captured(Ids.next(), taken, seen.received()));
        }
        if (seen.received() > funds.amount() || !seen.currency().equals(funds.currency())) {
            return contradicted("captured " + seen.received() + " " + seen.currency() + " of " + funds.amount(), now);
        }
        var taken = with(funds.capture(seen.received()), now).to(PaymentStatus.CAPTURED, now);
        var move = Move.to(taken).journal(Journal.captured(Ids.next(), taken, seen.received()));
        return seen.received() == funds.amount()
                ? move
                : move.then(taken.contradicted("captured " + seen.received() + " of " + funds.amount(), now));
    }

    private Move cancelled(Instant now) {
        if (isOver() || wasCaptured() || review() != null) return Move.to(this);
        var why = cancelRequested() ? Reason.ORDER_CANCELLED : Reason.AUTHORIZATION_ENDED;
        return Move.to(because(reason() == null ? why : reason()).to(PaymentStatus.VOIDED, now));
    }

    /** Refused for certain. A refused capture leaves a hold on the card, which is released before the order ends. */
    public Move refused(Reason why, Instant now) {
        if (isOver() || wasCaptured() || review() != null) return Move.to(this);
        if (open() == Step.VOID) return contradicted("the hold cannot be released: " + why.detail(), now);
        if (open() != Step.CAPTURE) return Move.to(because(why).to(PaymentStatus.DECLINED, now));
        var holding = because(why).to(PaymentStatus.AUTHORIZED, now);
        return holding.with(holding.standing.cancelling(), now).unwind(now);
    }

    /** An authorization that was sent long ago and that the provider does not know. */
    public Move neverHappened(Instant now) {
        if (open() != Step.AUTHORIZE) return Move.to(this);
        return cancelRequested()
                ? Move.to(because(Reason.ORDER_CANCELLED).to(PaymentStatus.VOIDED, now))
                : Move.to(because(Reason.PROVIDER_SILENT).to(PaymentStatus.DECLINED, now));
    }

    /** The request may have been lost or its answer: until it is known, neither is assumed. */
    public Move unanswered(Step step, Instant now) {
        var unknown = step == open() && status() != PaymentStatus.UNKNOWN;
        return Move.to(unknown ? with(standing.to(PaymentStatus.UNKNOWN, step), now) : this);
    }

    /** Stops everything automatic: the provider and our books contradict each other. */
    public Move contradicted(String what, Instant now) {
        return Move.to(with(standing.reviewed(what).to(PaymentStatus.UNKNOWN, null), now));
    }

    /** A refund of ours was answered. One that is still pending there changes nothing here. */
    public Move refundAnswered(ProviderCall call, ProviderAnswer.RefundSeen seen, Instant now) {
        var answered = new Refund(call.refundId(), id, call.amount(), null, seen.status(), seen.ref(), now);
        return switch (seen.status()) {
            case PENDING -> Move.to(this);
            case SUCCEEDED ->
                Move.to(with(funds.finishRefund(call.amount()), now).afterRefund(now))
                        .refund(answered)
                        .journal(Journal.refunded(Ids.next(), this, call.refundId(), call.amount()));
            case FAILED ->
                Move.to(with(funds.dropRefund(call.amount()), now)
                                .with(standing.reviewed("the refund " + call.refundId() + " failed"), now))
                        .refund(answered);
        };
    }

    /** Takes over what went back without us, by hand at the provider for example. */
    public Move adoptRefunds(long refundedAtProvider, Instant now) {
        var part = refundedAtProvider - funds.refunded() - funds.refunding();
        if (!wasCaptured() || part <= 0 || part > funds.refundable()) return Move.to(this);
        var refundId = Ids.next();
        return Move.to(with(funds.startRefund(part).finishRefund(part), now).afterRefund(now))
                .refund(new Refund(refundId, id, part, "Made at the payment provider.", Status.SUCCEEDED, null, now))
                .journal(Journal.refunded(Ids.next(), this, refundId, part));
    }

    private Payment afterRefund(Instant now) {
        return to(byMoney(), now);
    }

    /** Where a payment stands of which something was taken: its money says it. */
    private PaymentStatus byMoney() {
        if (funds.refunded() == 0) return PaymentStatus.CAPTURED;
        return funds.allReturned() ? PaymentStatus.REFUNDED : PaymentStatus.PARTIALLY_REFUNDED;
    }

    /** A read of the provider's present state of {@code ref}, made once for each cause. */
    public ProviderCall look(String cause, String ref) {
        return new ProviderCall(Ids.next(), id, orderId, Step.LOOK, Step.LOOK.key(orderId, cause), 0, null, ref);
    }

    private Move ask(Step step, Instant now) {
        return Move.to(with(standing.to(status(), step), now)).call(callFor(step));
    }

    private ProviderCall callFor(Step step) {
        return new ProviderCall(Ids.next(), id, orderId, step, step.key(orderId, null), 0, null, null);
    }

    private boolean matches(long amount, String currency) {
        return amount == funds.amount() && currency.equals(funds.currency());
    }

    private Payment to(PaymentStatus next, Instant now) {
        return with(standing.to(next, null), now);
    }

    private Payment because(Reason why) {
        return with(standing.because(why), updatedAt);
    }

    private Payment with(Standing next, Instant now) {
        return new Payment(id, orderId, userId, paymentMethod, funds, next, epoch, version, createdAt, now);
    }

    private Payment with(Funds next, Instant now) {
        return new Payment(id, orderId, userId, paymentMethod, next, standing, epoch, version, createdAt, now);
    }

    /** Nothing but a later change: what looks for payments at rest passes it over for a while. */
    public Payment touched(Instant now) {
        return with(standing, now);
    }

    /** Remembers the epoch of a command that was heeded. */
    public Payment heeding(long commandEpoch) {
        return new Payment(
                id, orderId, userId, paymentMethod, funds, standing, commandEpoch, version, createdAt, updatedAt);
    }

    public Payment versioned(long next) {
        return new Payment(id, orderId, userId, paymentMethod, funds, standing, epoch, next, createdAt, updatedAt);
    }

    /**
     * Somebody has put in order what was wrong: the last step is asked about once more, a payment that was taken stands
     * where its money says, and what was taken of a cancelled order goes back.
     *
     * @param last the step the provider was asked last; {@code null} when it never was
     * @throws Problem conflict when only a part was taken of an order that is still wanted
     */
    public Move retry(Step last, Instant now) {
        if (review() == null) return Move.to(this);
        var clear = with(standing.settled(), now);
        if (wasCaptured()) return clear.unwind(now);
        if (funds.captured() > 0) {
            if (funds.captured() < funds.amount() && !cancelRequested()) {
                throw Problem.conflict(
                        "payment-under-review",
                        "Only a part was taken. Cancel the order; a retry then gives that part back.");
            }
            return clear.to(byMoney(), now).unwind(now);
        }
        var asked = Move.to(clear.with(clear.standing.to(PaymentStatus.UNKNOWN, last), now));
        return last == null ? asked.call(look("retry-" + version, providerRef())) : asked;
    }

    public PaymentStatus status() {
        return standing.status();
    }

    public String providerRef() {
        return standing.providerRef();
    }

    public Step open() {
        return standing.open();
    }

    public boolean cancelRequested() {
        return standing.cancelRequested();
    }

    public Reason reason() {
        return standing.reason();
    }

    public String review() {
        return standing.review();
    }
}
