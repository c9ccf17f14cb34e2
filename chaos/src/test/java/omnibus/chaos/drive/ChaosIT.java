package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The short gate: a few hundred orders under kills, a frozen JVM and a lying provider. The long form is docs/chaos.md's. */
class ChaosIT {
    private static final Path ROOT = Path.of(System.getProperty("omnibus.root")).normalize();
    private static final String HOME = System.getProperty("omnibus.home");

    @Test
    void nothingIsLostWhileInstancesAreKilledAndFrozenAndTheProviderLosesAnswers() {
        var chaos = new Chaos(ROOT, Map.of("OMNIBUS_CHAOS_HOME", HOME));
        var exitCode = chaos.run(
                "--orders=700",
                "--for=90s",
                "--seed=" + System.getProperty("seed", "11"),
                "--faults=kill,stop,provider",
                "--shoppers=50",
                "--think=1000");
        assertEquals(0, exitCode, "the verdicts are above; what happened is in " + HOME);
    }
}
