package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import omnibus.chaos.drive.FaultKind.Strike;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FaultKindTest {
    private static List<Strike> plan(long seed, FaultKind kind) {
        var source = Faults.source(seed, kind);
        return Stream.generate(() -> kind.draw(source)).limit(200).toList();
    }

    @ParameterizedTest
    @EnumSource
    void theSameSeedDrawsTheSameStrikes(FaultKind kind) {
        assertEquals(plan(7, kind), plan(7, kind));
        assertNotEquals(plan(7, kind), plan(8, kind));
    }

    @ParameterizedTest
    @EnumSource
    void everyStrikeSaysWhatIsDoneAndLeavesTimeBeforeIt(FaultKind kind) {
        for (var strike : plan(7, kind)) {
            assertEquals(kind, strike.kind());
            assertTrue(strike.pauseMillis() >= 1_000, strike.toString());
            assertTrue(strike.holdMillis() >= 0 && strike.holdMillis() <= 60_000, strike.toString());
        }
    }

    @Test
    void killsComeEveryTwoToFiveSecondsOfAnyServiceAndNowAndThenThreeAtOnce() {
        var kills = plan(7, FaultKind.KILL);
        assertTrue(kills.stream().allMatch(it -> it.pauseMillis() >= 2_000 && it.pauseMillis() <= 5_000));
        assertTrue(kills.stream().anyMatch(it -> it.victims().size() == 3));
        var services = kills.stream().flatMap(it -> it.victims().stream()).map(FaultKind.Victim::service);
        assertEquals(ChaosShop.SERVICES.size(), services.distinct().count());
    }

    @Test
    void everySecondStrikeOnStoresMeetsPostgresAndRedisIsWipedKilledAndFrozen() {
        var strikes = plan(7, FaultKind.STORES);
        var onPostgres = strikes.stream()
                .filter(it -> it.victims().get(0).service().equals("postgres"))
                .count();
        assertTrue(onPostgres > 80 && onPostgres < 120, onPostgres + " of 200");
        var wiped = strikes.stream().filter(it -> it.action().equals("wipe-store"));
        assertTrue(wiped.allMatch(it -> it.victims().get(0).service().equals("redis") && it.holdMillis() == 0));
        var done = strikes.stream()
                .filter(it -> it.victims().get(0).service().equals("redis"))
                .map(Strike::action);
        assertEquals(Set.of("wipe-store", "kill-store", "stop-store"), done.collect(Collectors.toSet()));
    }

    @Test
    void theDiskIsFullForFourToTenSecondsEveryFifteenToThirty() {
        for (var strike : plan(7, FaultKind.FULL)) {
            assertTrue(strike.pauseMillis() >= 15_000 && strike.pauseMillis() <= 30_000, strike.toString());
            assertTrue(strike.holdMillis() >= 4_000 && strike.holdMillis() <= 10_000, strike.toString());
        }
    }

    @Test
    void linesAreCutForOneToFifteenSecondsAndEachLineSuffersEverything() {
        var strikes = plan(7, FaultKind.NETWORK);
        var cuts =
                strikes.stream().filter(it -> List.of("cut", "deafen", "refuse").contains(it.action()));
        assertTrue(cuts.allMatch(it -> it.holdMillis() >= 1_000 && it.holdMillis() <= 15_000));
        var done = strikes.stream()
                .map(it -> it.action() + " " + it.victims().get(0).service());
        assertEquals(2 * 9, done.distinct().count());
    }

    @Test
    void instancesOfAnyServiceAreCutOffForTwoToTwentyFiveSecondsNowAndThenTwo() {
        var cuts = plan(7, FaultKind.PARTITION);
        assertTrue(cuts.stream().allMatch(it -> it.pauseMillis() >= 8_000 && it.pauseMillis() <= 16_000));
        assertTrue(cuts.stream().allMatch(it -> it.holdMillis() >= 2_000 && it.holdMillis() <= 25_000));
        assertTrue(cuts.stream().anyMatch(it -> it.victims().size() == 2));
        var services = cuts.stream().flatMap(it -> it.victims().stream()).map(FaultKind.Victim::service);
        assertEquals(ChaosShop.SERVICES.size(), services.distinct().count());
    }

    @Test
    void aRollingRestartTakesEveryServiceOnce() {
        for (var strike : plan(7, FaultKind.ROLLING)) {
            var services = strike.victims().stream()
                    .map(FaultKind.Victim::service)
                    .sorted()
                    .toList();
            assertEquals(ChaosShop.SERVICES.stream().sorted().toList(), services);
        }
    }
}
