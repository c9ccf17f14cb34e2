package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;

class SignInTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** So many failures, one each second, the newest a second ago. */
    private static List<Instant> failures(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(NOON::minusSeconds).toList();
    }

    private static SignIn aSignIn(boolean knownAddress, int accountFailures, int addressFailures) {
        return new SignIn(
                Optional.empty(),
                Optional.empty(),
                knownAddress,
                failures(accountFailures),
                failures(addressFailures),
                NOON);
    }

    @Test
    void nineFailuresAreForgivenAndTenAreNot() {
        assertDoesNotThrow(() -> aSignIn(false, 9, 9).refuseIfLimited());
        assertThrows(Problem.class, () -> aSignIn(false, 10, 0).refuseIfLimited());
        assertThrows(Problem.class, () -> aSignIn(false, 0, 10).refuseIfLimited());
    }

    @Test
    void failuresElsewhereDoNotLockOutAnAddressTheAccountKnows() {
        assertDoesNotThrow(() -> aSignIn(true, 10, 9).refuseIfLimited());
        assertThrows(Problem.class, () -> aSignIn(true, 0, 10).refuseIfLimited());
    }

    @Test
    void theRefusalSaysWhenTheTenthFailureIsForgotten() {
        var refusal = assertThrows(Problem.class, () -> aSignIn(false, 10, 0).refuseIfLimited());
        assertEquals(Problem.Kind.LIMITED, refusal.kind());
        assertEquals("890", refusal.headers().get("Retry-After"));
    }

    @Test
    void failuresOlderThanTheWindowDoNotCount() {
        var later = NOON.plus(SignInLimit.WINDOW);
        assertDoesNotThrow(() -> SignInLimit.refuse(failures(10), later));
        assertThrows(Problem.class, () -> SignInLimit.refuse(failures(10), later.minusSeconds(11)));
    }

    @Test
    void theTenthFailureCountedIsAllowedAndTheEleventhIsOneTooMany() {
        assertDoesNotThrow(() -> SignInLimit.refuseCounted(failures(10), NOON));
        assertThrows(Problem.class, () -> SignInLimit.refuseCounted(failures(11), NOON));
    }

    @Test
    void anEmailOfNobodyHasNoUser() {
        assertNull(aSignIn(false, 0, 0).userId());
    }
}
