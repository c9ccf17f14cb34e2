package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuorumTest {
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress("127.0.0.1", 1);

    private long now = 1;
    private Future<Boolean> answer = Future.succeededFuture(false);
    private final Quorum quorum = new Quorum(8, address -> answer, () -> now);

    private void lose(int from, int to) {
        for (var left = from - 1; left >= to; left--) quorum.left(SOMEWHERE, left);
    }

    private void pass(Duration time) {
        now += time.toNanos();
    }

    @Test
    void whoHasLostMostOfTheClusterWithoutAWordIsCutOff() {
        lose(8, 1);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void theLargerSideOfASplitGoesOn() {
        lose(8, 4);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void deathsAreNoCutHoweverMany() {
        answer = Future.succeededFuture(true);
        lose(8, 1);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void anAddressThatCannotBeAskedCountsAsSilent() {
        answer = Future.failedFuture("no route");
        lose(8, 1);
        assertTrue(quorum.isCutOff());
    }

    @Test
    void answersThatComeLateAreCountedAgainstTheSizeBeforeTheCut() {
        var answers = new ArrayList<Promise<Boolean>>();
        var late = new Quorum(
                8,
                address -> {
                    Promise<Boolean> one = Promise.promise();
                    answers.add(one);
                    return one.future();
                },
                () -> now);
        for (var left : List.of(7, 6, 5, 4, 3)) late.left(SOMEWHERE, left);
        answers.subList(0, 4).forEach(one -> one.complete(false));
        assertFalse(late.isCutOff());
        answers.get(4).complete(false);
        assertTrue(late.isCutOff());
    }

    @Test
    void whatIsLostSlowlyIsNoCut() {
        for (var left = 7; left >= 1; left--) {
            quorum.left(SOMEWHERE, left);
            pass(Duration.ofSeconds(11));
        }
        assertFalse(quorum.isCutOff());
    }

    @Test
    void itIsOverWhenMostAreBack() {
        lose(8, 1);
        quorum.joined(4);
        assertTrue(quorum.isCutOff());
        quorum.joined(5);
        assertFalse(quorum.isCutOff());
    }

    @Test
    void itIsOverAfterTwoMinutesWhenNobodyComesBack() {
        lose(8, 1);
        pass(Duration.ofSeconds(121));
        assertFalse(quorum.isCutOff());
    }
}
