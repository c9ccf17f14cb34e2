package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short gate: a few hundred orders under kills, a frozen JVM and a lying provider. The long form is docs/chaos.md's. */
class ChaosIT {
    private static final Path ROOT = Path.of(System.getProperty("omnibus.root")).normalize();
    private static final String HOME = System.getProperty("omnibus.home");

    /** Order for 5 s, payment for 1 s, inventory for 5 s; longer freezes are the long form's. */
    private static final String FREEZES_OF_UP_TO_FIVE_SECONDS = "1523";

    @Test
    void nothingIsLostWhileInstancesAreKilledAndFrozenAndTheProviderLosesAnswers() {
        var chaos = new Chaos(ROOT, Map.of("OMNIBUS_CHAOS_HOME", HOME));
        var exitCode = chaos.run(
                "--orders=700",
                "--for=90s",
                "--seed=" + System.getProperty("seed", FREEZES_OF_UP_TO_FIVE_SECONDS),
                "--faults=kill,stop,provider",
                "--shoppers=50",
                "--think=1000");
        assertEquals(0, exitCode, "the verdicts are above; what happened is in " + HOME);
    }
}
