package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MoneyTest {
    private final Money tenEuros = new Money(1000, "EUR");

    @Test
    void amountsOfOneCurrencyAddUp() {
        assertEquals(new Money(1250, "EUR"), tenEuros.plus(new Money(250, "EUR")));
        assertEquals(new Money(750, "EUR"), tenEuros.minus(new Money(250, "EUR")));
        assertEquals(new Money(3000, "EUR"), tenEuros.times(3));
        assertEquals(tenEuros, Money.zero("EUR").plus(tenEuros));
    }

    @Test
    void twoCurrenciesDoNotMix() {
        assertThrows(IllegalArgumentException.class, () -> tenEuros.plus(new Money(1, "USD")));
    }

    @Test
    void whatDoesNotFitThrowsInsteadOfWrappingAround() {
        var most = new Money(Long.MAX_VALUE, "EUR");
        assertThrows(ArithmeticException.class, () -> most.plus(new Money(1, "EUR")));
        assertThrows(ArithmeticException.class, () -> most.times(2));
    }
}
