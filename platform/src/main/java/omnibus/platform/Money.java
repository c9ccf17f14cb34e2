package omnibus.platform;

/**
 * An amount of money: integer minor units (cents for EUR) and an ISO 4217 currency. Arithmetic is exact; what does not
 * fit in 63 bits throws {@link ArithmeticException} and never wraps around.
 */
public record Money(long amount, String currency) {
    public static Money zero(String currency) {
        return new Money(0, currency);
    }

    public Money plus(Money other) {
        requireSameCurrency(other);
        return new Money(Math.addExact(amount, other.amount), currency);
    }

    public Money minus(Money other) {
        requireSameCurrency(other);
        return new Money(Math.subtractExact(amount, other.amount), currency);
    }

    public Money times(int quantity) {
        return new Money(Math.multiplyExact(amount, (long) quantity), currency);
    }

    private void requireSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("cannot add " + other.currency + " to " + currency);
        }
    }
}
