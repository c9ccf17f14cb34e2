package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmailTest {
    @Test
    void spellingsOfOneAddressAreOne() {
        assertEquals("ada@example.com", Email.normalised("  Ada@EXAMPLE.com\t"));
        assertEquals(Email.normalised("zo\u00eb@example.com"), Email.normalised("ZOE\u0308@example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ada@example.com", " ada+shop@mail.example.co.uk ", "zoë@exämple.de"})
    void addressesArePlausible(String text) {
        assertTrue(Email.isPlausible(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ada", "ada@", "@example.com", "ada@example", "a da@example.com", "a@b@c.de", "ada@.com"})
    void otherTextsAreNot(String text) {
        assertFalse(Email.isPlausible(text));
    }

    @Test
    void anEndlessAddressIsNone() {
        assertFalse(Email.isPlausible("a@" + "b".repeat(250) + ".de"));
    }
}
