package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefreshTokenTest {
    private final RefreshToken token = RefreshToken.fresh();

    @Test
    void whatTheClientGetsReadsBackAsTheSameToken() {
        var read = RefreshToken.parse(token.reveal()).orElseThrow();
        assertEquals(token.hash(), read.hash());
        assertEquals(token.family(), read.family());
        assertEquals(64, token.reveal().length());
    }

    @Test
    void theSameNonceGivesTheSameSuccessorAndAnotherNonceAnother() {
        var nonce = RefreshToken.freshNonce();
        assertEquals(token.successor(nonce).reveal(), token.successor(nonce).reveal());
        assertNotEquals(
                token.successor(nonce).reveal(),
                token.successor(RefreshToken.freshNonce()).reveal());
    }

    @Test
    void noTwoTokensAreAlike() {
        assertNotEquals(token.reveal(), RefreshToken.fresh().reveal());
        assertNotEquals(token.family(), RefreshToken.fresh().family());
    }

    @Test
    void whatIsStoredDoesNotShowTheToken() {
        assertFalse(token.reveal().contains(token.hash()));
        assertFalse(token.reveal().contains(token.family()));
        assertEquals("***", token.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "not base64 at all!",
                "AAAA",
                "0f8uYBN1gJqVvMTh3nyd2xX5ZQk7cFtTg1bq4mWvLrPz8uEoKsA9iDjHyBfCwRnSAAAA"
            })
    void whatHasNotTheFormOfATokenIsNone(String text) {
        assertTrue(RefreshToken.parse(text).isEmpty());
    }
}
