package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashTest {
    private final PasswordHash hash = PasswordHash.of(19_456, 2, 1, new byte[16], new byte[32]);

    @Test
    void readsWhatItWrites() {
        assertEquals(hash, PasswordHash.parse(hash.reveal()));
        assertArrayEquals(new byte[16], hash.saltBytes());
        assertArrayEquals(new byte[32], hash.hashBytes());
    }

    @Test
    void doesNotShowItself() {
        assertEquals("***", hash.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$2a$10$abcdefghijklmnopqrstuv",
                "$argon2i$v=19$m=1,t=1,p=1$AAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAA"
            })
    void whatIsNoArgon2idHashIsRefusedWithoutRepeatingIt(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> PasswordHash.parse(text));
        assertFalse(!text.isEmpty() && refusal.getMessage().contains(text));
    }
}
