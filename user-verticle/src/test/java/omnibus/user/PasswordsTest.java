package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import omnibus.testkit.TestPlatform;
import omnibus.user.model.PasswordHash;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PasswordsTest {
    private static TestPlatform test;
    private static Passwords passwords;

    @BeforeAll
    static void start() {
        test = TestPlatform.start();
        passwords = new Passwords(test.vertx(), Passwords.Cost.STANDARD);
    }

    @AfterAll
    static void stop() {
        test.await(passwords.close());
        test.close();
    }

    private static boolean matches(String password, PasswordHash hash) {
        return test.await(passwords.matches(password, hash));
    }

    @Test
    void aPasswordIsHashedAsTheRulesOfTheFieldAsk() {
        var hash = test.await(passwords.hash("correct horse battery"));
        assertTrue(hash.reveal().startsWith("$argon2id$v=19$m=19456,t=2,p=1$"));
        assertEquals(16, hash.saltBytes().length);
        assertTrue(matches("correct horse battery", hash));
        assertFalse(matches("correct horse batterz", hash));
        assertFalse(passwords.outdated(hash));
    }

    @Test
    void hashingTakesHalfOfTheProcessorsAndAQuarterOfTheHeapAtMost() {
        var small = 160L << 20;
        assertEquals(1, Passwords.atATime(1, small));
        assertEquals(1, Passwords.atATime(2, small));
        assertEquals(2, Passwords.atATime(4, small));
        assertEquals(2, Passwords.atATime(64, small));
        assertEquals(32, Passwords.atATime(64, 16L << 30));
        assertEquals(1, Passwords.atATime(64, 16L << 20));
    }

    @Test
    void oneSaltIsNotLikeAnother() {
        assertNotEquals(test.await(passwords.hash("same password")), test.await(passwords.hash("same password")));
    }

    /** Test vector made with the reference implementation: {@code argon2 somesalt -id -t 2 -m 16 -p 1}. */
    @Test
    void hashesOfTheReferenceImplementationAreUnderstood() {
        var reference = PasswordHash.parse(
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ" + "$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc");
        assertTrue(matches("password", reference));
        assertTrue(passwords.outdated(reference));
    }

    @Test
    void aPasswordIsTheSameHoweverAKeyboardComposesIt() {
        var composed = test.await(passwords.hash("p\u00e4ssw\u00f6rter"));
        assertTrue(matches("pa\u0308sswo\u0308rter", composed));
    }

    @Test
    void nobodysPasswordIsNeverRight() {
        assertFalse(test.await(passwords.matchesNobodys("correct horse battery")));
    }
}
