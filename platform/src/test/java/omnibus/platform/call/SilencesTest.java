package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SilencesTest {
    private final Silences silences = new Silences();

    @Test
    void aServiceThatNeverAnswersIsSilentAfterSomeCalls() {
        assertFalse(silences.isOneOfMany(true));
        for (var i = 0; i < 10; i++) silences.isOneOfMany(true);
        assertTrue(silences.isOneOfMany(true));
    }

    @Test
    void aLineThatLosesEveryThirdMessageIsNoSilence() {
        for (var i = 0; i < 1_000; i++) assertFalse(silences.isOneOfMany(i % 3 == 0));
    }

    @Test
    void anAnswerIsNeverASilence() {
        for (var i = 0; i < 20; i++) silences.isOneOfMany(true);
        assertFalse(silences.isOneOfMany(false));
    }
}
