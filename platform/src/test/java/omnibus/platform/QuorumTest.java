package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final Duration PROBE = Duration.ofSeconds(1);

    private record Probe(Promise<Boolean> answer, long until) {}

    private SocketAddress self = member(8);
    private long now = 1;
    private Set<SocketAddress> others = members(1, 7);
    private final Set<SocketAddress> silent = new HashSet<>();
    private final Map<SocketAddress, Probe> probes = new HashMap<>();
    private final Set<SocketAddress> dead = new HashSet<>();
    private int probesSoFar;
    private int restartsAsked;
    private boolean directoryAnswers = true;
    private Quorum quorum = quorum();

    private Quorum quorum() {
        return new Quorum(self, () -> others, this::probe, () -> restartsAsked++, () -> now);
    }

    private static Set<SocketAddress> members(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(QuorumTest::member).collect(Collectors.toSet());
    }

    private static SocketAddress member(int number) {
        return SocketAddress.inetSocketAddress(5700, "10.0.0." + number);
    }

    private Future<Boolean> probe(SocketAddress address) {
        probesSoFar++;
        if (dead.contains(address)) return Future.failedFuture(new ConnectException("Connection refused"));
        if (!silent.contains(address)) return Future.succeededFuture(true);
        var probe = new Probe(Promise.promise(), now + PROBE.toNanos());
        probes.put(address, probe);
        return probe.answer.future();
    }

    /** Time passes, and this JVM gets to run in it: it looks when it means to, and probes end when their second is over. */
    private void pass(Duration time) {
        for (var until = now + time.toNanos(); now < until; ) {
            now += Duration.ofMillis(Quorum.LOOK_MILLIS).toNanos();
            if (directoryAnswers) quorum.heard();
            endProbes();
            quorum.look();
        }
    }

    private void passSeconds(int seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    private void freeze(Duration time) {
        now += time.toNanos();
    }

    private void endProbes() {
        var ended = probes.entrySet().stream()
                .filter(probe -> probe.getValue().until <= now)
                .toList();
        ended.forEach(probe -> probes.remove(probe.getKey()));
        ended.forEach(probe -> probe.getValue().answer.complete(false));
    }

    private void cut(Set<SocketAddress> from) {
        silent.addAll(from);
        directoryAnswers = false;
    }

    private void cutOffFromAll() {
        cut(members(1, 7));
        passSeconds(6);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void whoHearsNothingOfMostOfTheClusterIsCutOffWithinSixSeconds() {
        passSeconds(1);
        cut(members(1, 5));
        passSeconds(6);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void theLargerSideOfASplitGoesOn() {
        cut(members(1, 3));
        passSeconds(30);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void aSideOfHalfTheClusterGoesOn() {
        cut(members(1, 4));
        passSeconds(30);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void oneOfTwoGoesOnHoweverSilentTheOther() {
        others = members(1, 1);
        quorum = quorum();
        cut(members(1, 1));
        passSeconds(9);
        others = Set.of();
        passSeconds(9);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void oneOfThreeIsCutOffFromTheOtherTwo() {
        others = members(1, 2);
        quorum = quorum();
        cut(members(1, 1));
        passSeconds(9);
        assertFalse(quorum.isCutOff(), "one of two others says something");
        cut(members(2, 2));
        passSeconds(6);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void aMemberAloneIsNotCutOff() {
        others = Set.of();
        quorum = quorum();
        directoryAnswers = false;
        passSeconds(9);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void nobodyIsAskedWhileTheDirectoryAnswers() {
        silent.addAll(members(1, 7));
        passSeconds(30);
        assertEquals(0, probesSoFar);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void aDirectoryThatIsSilentForTwoSecondsIsNoReasonToAsk() {
        directoryAnswers = false;
        passSeconds(2);
        assertEquals(0, probesSoFar);
    }

    @Test
    void frozenAndDeadMembersAnswerAndAreNotAskedAgainForThreeSeconds() {
        directoryAnswers = false;
        passSeconds(10);
        assertEquals(3 * 7, probesSoFar);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void theSilentAreAskedOnceASecondAtMost() {
        cut(members(1, 7));
        passSeconds(7);
        assertEquals(5 * 7, probesSoFar);
    }

    @Test
    void roundsThatFailAtOnceAreASecondApartAllTheSame() {
        quorum = new Quorum(
                self,
                () -> others,
                address -> {
                    probesSoFar++;
                    return Future.succeededFuture(false);
                },
                () -> restartsAsked++,
                () -> now);
        directoryAnswers = false;
        pass(Duration.ofMillis(3_750));
        assertEquals(7, probesSoFar);
        assertFalse(quorum.isCutOff());
        pass(Duration.ofMillis(250));
        assertTrue(quorum.isCutOff());
    }

    @Test
    void silentRoundsCountOnlyIfTheDirectoryDidNotAnswerBetweenThem() {
        quorum = new Quorum(
                self, () -> others, address -> Future.succeededFuture(false), () -> restartsAsked++, () -> now);
        for (var time = 0; time < 3; time++) {
            directoryAnswers = false;
            pass(Duration.ofMillis(3_250));
            directoryAnswers = true;
            passSeconds(1);
        }
        assertFalse(quorum.isCutOff());
    }

    @Test
    void oneSilentRoundIsNotEnough() {
        cut(members(1, 7));
        pass(Duration.ofMillis(3_750));
        silent.clear();
        pass(Duration.ofMillis(250));
        cut(members(1, 7));
        passSeconds(4);
        assertFalse(quorum.isCutOff());
        passSeconds(1);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void aRoundDoesNotCountOnceTheDirectoryHasAnsweredAfterIt() {
        cut(members(1, 7));
        pass(Duration.ofMillis(4_750));
        quorum.heard();
        pass(Duration.ofMillis(4_750));
        assertFalse(quorum.isCutOff());
        pass(Duration.ofMillis(250));
        assertTrue(quorum.isCutOff());
    }

    @Test
    void whoseProbesEndLateWasNotRunningAndHasHeardNothing() {
        cut(members(1, 7));
        for (var round = 0; round < 9; round++) {
            passSeconds(3);
            freeze(Duration.ofMillis(1_600));
            endProbes();
        }
        assertTrue(probesSoFar > 0);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void whoHasLostMostMembersCountsNoLateProbesEither() {
        silent.addAll(members(1, 7));
        others = Set.of();
        for (var round = 0; round < 5; round++) {
            pass(Duration.ofMillis(250));
            freeze(Duration.ofMillis(1_600));
            endProbes();
        }
        assertTrue(probesSoFar >= 2 * 7);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void whoWasFrozenFirstComesToItsSenses() {
        directoryAnswers = false;
        passSeconds(2);
        freeze(Duration.ofSeconds(60));
        passSeconds(2);
        assertEquals(0, probesSoFar);
    }

    @Test
    void whoWasFrozenAndPutOutByAllOthersAsksOnceToBeRestarted() {
        freeze(Duration.ofSeconds(60));
        others = Set.of();
        passSeconds(9);
        assertEquals(0, restartsAsked);
        passSeconds(19);
        assertEquals(1, restartsAsked);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void whoWasPutOutWhileItWasCutOffAsksToBeRestartedOnceTheLineIsBack() {
        cutOffFromAll();
        others = Set.of();
        directoryAnswers = true;
        passSeconds(60);
        assertEquals(0, restartsAsked);
        silent.removeAll(members(1, 3));
        passSeconds(9);
        assertEquals(0, restartsAsked, "three of eight are not most of them");
        silent.clear();
        passSeconds(11);
        assertEquals(1, restartsAsked);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void whoWasCutOffAndStillTakesTheOthersForMembersIsPutOutWhenTheirDirectoryStaysSilent() {
        cutOffFromAll();
        silent.clear();
        passSeconds(12);
        assertEquals(1, restartsAsked);
    }

    @Test
    void whereAllHavePutOutEachOtherTheFirstOfThemStays() {
        self = member(0);
        quorum = quorum();
        others = Set.of();
        passSeconds(30);
        assertEquals(0, restartsAsked);
    }

    @Test
    void membersThatWereStartedAnewInTheSamePlacesHaveTimeToJoin() {
        others = members(6, 7);
        passSeconds(8);
        others = members(1, 7);
        passSeconds(30);
        assertEquals(0, restartsAsked);
    }

    @Test
    void whoIsTakenBackAtOnceAsksForNoRestart() {
        freeze(Duration.ofSeconds(60));
        others = Set.of();
        passSeconds(3);
        others = members(1, 7);
        passSeconds(9);
        assertEquals(0, restartsAsked);
    }

    @Test
    void membersThatHaveDiedDoNotGoOnWithoutThisOne() {
        dead.addAll(members(1, 7));
        others = Set.of();
        passSeconds(30);
        assertEquals(0, restartsAsked);
    }

    @Test
    void halfTheClusterMayGoOnWithoutTheOtherHalf() {
        others = members(5, 7);
        passSeconds(30);
        assertEquals(0, restartsAsked);
    }

    @Test
    void whatThisJvmCannotAskSaysNothing() {
        dead.addAll(members(1, 7));
        directoryAnswers = false;
        passSeconds(30);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void whoHasLostMostMembersWithoutAWordIsCutOffAlsoIfWhatIsLeftAnswers() {
        silent.addAll(members(1, 5));
        others = members(6, 7);
        passSeconds(3);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void deathsAreNoCutHoweverMany() {
        dead.addAll(members(1, 7));
        others = Set.of();
        passSeconds(9);
        assertFalse(quorum.isCutOff());
        assertEquals(7, probesSoFar);
    }

    @Test
    void whatIsLostSlowlyIsNoCut() {
        silent.addAll(members(1, 7));
        for (var first = 2; first <= 8; first++) {
            others = members(first, 7);
            passSeconds(11);
        }
        assertFalse(quorum.isCutOff());
        assertEquals(0, probesSoFar);
    }

    @Test
    void membersThatLeaveDuringTheCutAreStillPartOfTheClusterAsItWas() {
        cutOffFromAll();
        others = Set.of();
        directoryAnswers = true;
        passSeconds(60);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void itIsOverWhenTheDirectoryIsReadAgainBeforeTheyHaveLeft() {
        cutOffFromAll();
        silent.clear();
        passSeconds(9);
        assertTrue(quorum.isCutOff(), "that they accept connections is not enough");
        quorum.heard();
        assertTrue(quorum.isCutOff(), "that may have been asked before");
        quorum.heard();
        assertFalse(quorum.isCutOff());
        directoryAnswers = true;
        passSeconds(30);
        assertEquals(0, restartsAsked);
    }

    @Test
    void aDirectoryThatIsReadByThisOneAloneIsNotTheClusters() {
        cutOffFromAll();
        others = Set.of();
        quorum.heard();
        quorum.heard();
        assertTrue(quorum.isCutOff());
    }

    @Test
    void itIsNotOverWhenThoseWhoAnswerHaveLeft() {
        cutOffFromAll();
        silent.removeAll(members(4, 7));
        pass(Duration.ofMillis(1_500));
        others = Set.of();
        passSeconds(1);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void itIsOverWhenMostAreMembersAgainAndAnswer() {
        cutOffFromAll();
        others = Set.of();
        directoryAnswers = true;
        passSeconds(20);
        silent.clear();
        passSeconds(2);
        others = members(1, 3);
        passSeconds(2);
        assertTrue(quorum.isCutOff());
        others = members(1, 4);
        passSeconds(1);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void itIsOverAfterTwoMinutesWhenNobodyComesBack() {
        cutOffFromAll();
        others = Set.of();
        directoryAnswers = true;
        passSeconds(121);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void onlyALineThatSaysNothingIsSilent() {
        var silences = List.of(
                new ConnectException("connection timed out after 1000 ms: /10.0.0.1:5701"),
                new ConnectException("Network is unreachable"),
                new NoRouteToHostException());
        for (var silence : silences) assertTrue(Cluster.isSilence(silence), silence.toString());
        for (var answer : List.of("Connection refused", "Too many open files", "Cannot assign requested address")) {
            assertFalse(Cluster.isSilence(new ConnectException(answer)), answer);
        }
    }
}
