package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.UUID;
import omnibus.platform.Problem;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    private static Address in(String country) {
        return new Address(new UUID(1, 1), "Ada", "1 Street", null, "Town", "12345", null, country);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DE", "US", "CI", "GB"})
    void countriesOfIso3166AreFine(String country) {
        var address = in(country);
        assertSame(address, address.checked());
    }

    @ParameterizedTest
    @ValueSource(strings = {"XX", "ZZ", "UK", "EU", "de"})
    void othersAreRefused(String country) {
        var refusal = assertThrows(Problem.class, in(country)::checked);
        assertEquals("unknown-country", refusal.code());
        assertEquals("/country", refusal.faults().get(0).pointer());
    }
}
