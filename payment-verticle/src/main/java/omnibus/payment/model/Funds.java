package omnibus.payment.model;

import omnibus.platform.Money;

/**
 * The money of one payment, in minor units of one currency: what was asked for, what was taken, what went back and what
 * is on its way back. {@code 0 <= refunded + refunding <= captured <= amount} holds here and by a CHECK in the store.
 */
public record Funds(long amount, String currency, long captured, long refunded, long refunding) {
    public Funds {
        if (captured < 0 || refunded < 0 || refunding < 0 || captured > amount || refunding > captured - refunded) {
            throw new IllegalArgumentException("impossible funds: amount " + amount + ", captured " + captured
                    + ", refunded " + refunded + ", refunding " + refunding);
        }
    }

    public static Funds of(Money amount) {
        return new Funds(amount.amount(), amount.currency(), 0, 0, 0);
    }

    /** Of a payment that never was: there is no currency either. */
    public static Funds none() {
        return new Funds(0, null, 0, 0, 0);
    }

    public long refundable() {
        return captured - refunded - refunding;
    }

    public boolean allReturned() {
        return refunded == captured;
    }

    Funds capture(long received) {
        return new Funds(amount, currency, received, refunded, refunding);
    }

    Funds startRefund(long part) {
        return new Funds(amount, currency, captured, refunded, Math.addExact(refunding, part));
    }

    Funds finishRefund(long part) {
        return new Funds(amount, currency, captured, Math.addExact(refunded, part), refunding - part);
    }

    Funds dropRefund(long part) {
        return new Funds(amount, currency, captured, refunded, refunding - part);
    }
}
