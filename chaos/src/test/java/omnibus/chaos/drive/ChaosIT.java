package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The short gate: some hundred orders under kills, a frozen JVM and a lying provider. What it asks for holds on the
 * slowest machine; how soon, and how much of it gets through, is the long form's to tell (docs/chaos.md).
 */
class ChaosIT {
    private static final Path ROOT =
            Path.of(System.getProperty("omnibus.root")).toAbsolutePath().normalize();
    private static final Path HOME = Path.of(System.getProperty("omnibus.home")).toAbsolutePath();

    /** Order for 5 s, payment for 1 s, inventory for 5 s; longer freezes are the long form's. */
    private static final long FREEZES_OF_UP_TO_FIVE_SECONDS = 1523;

    private static final ChaosRun.Options OPTIONS = new ChaosRun.Options(
            EnumSet.of(FaultKind.KILL, FaultKind.STOP, FaultKind.PROVIDER),
            Long.getLong("seed", FREEZES_OF_UP_TO_FIVE_SECONDS),
            500,
            Duration.ofSeconds(60),
            40,
            1_000,
            2);

    @Test
    void nothingIsLostWhileInstancesAreKilledAndFrozenAndTheProviderLosesAnswers() throws Exception {
        try (var home = ChaosHome.open(HOME)) {
            home.refuseForeign();
            var shop = new ChaosShop(ROOT, home.path(), Map.of(), false, Network.direct());
            try (var run = new ChaosRun(OPTIONS, home, shop, System.out)) {
                var report = run.run();
                System.out.print(report.text());
                assertFalse(report.invariants().violated(), "the verdicts are above; what happened is in " + HOME);
                assertTrue(report.shoppers().acknowledged() > 0, "nothing was bought at all");
                assertEquals(0, report.shoppers().unknowns().getOrDefault("500", 0), "no answer is a 500");
            }
        }
    }
}
