package omnibus.inventory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import omnibus.platform.Problem;
import omnibus.platform.call.Deadline;
import org.junit.jupiter.api.Test;

class GatheringTest {
    private static final Deadline LATER = Deadline.in(Duration.ofMinutes(1));

    private final List<List<String>> begun = new ArrayList<>();
    private final Deque<Promise<List<String>>> underWay = new ArrayDeque<>();
    private final Gathering<String, String> gathering = new Gathering<>(3, 4, this::begin);

    private Future<List<String>> begin(List<String> batch) {
        begun.add(batch);
        underWay.add(Promise.promise());
        return underWay.getLast().future();
    }

    private Future<String> submit(String element) {
        return gathering.submit(element, LATER);
    }

    private void answer() {
        var batch = begun.get(begun.size() - underWay.size());
        underWay.remove().complete(batch.stream().map(one -> one + "!").toList());
    }

    private void fail(Throwable failure) {
        underWay.remove().fail(failure);
    }

    @Test
    void oneAloneDoesNotWait() {
        var answer = submit("a");
        assertEquals(List.of(List.of("a")), begun);
        answer();
        assertEquals("a!", answer.result());
    }

    @Test
    void whatArrivesWhileABatchIsUnderWayIsTheNextOne() {
        var answers = List.of(submit("a"), submit("b"), submit("c"));
        answer();
        answer();
        assertEquals(List.of(List.of("a"), List.of("b", "c")), begun);
        assertEquals(
                List.of("a!", "b!", "c!"), answers.stream().map(Future::result).toList());
    }

    @Test
    void aBatchIsBounded() {
        for (var element : List.of("a", "b", "c", "d", "e")) submit(element);
        answer();
        answer();
        assertEquals(List.of(List.of("a"), List.of("b", "c", "d"), List.of("e")), begun);
    }

    @Test
    void whenTooManyWaitTheNextIsSentAway() {
        for (var element : List.of("a", "b", "c", "d", "e")) submit(element);
        assertEquals(503, ((Problem) submit("f").cause()).status());
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotBegun() {
        submit("a");
        var tooLate = gathering.submit("b", Deadline.in(Duration.ZERO));
        var inTime = submit("c");
        answer();
        answer();
        assertEquals(List.of(List.of("a"), List.of("c")), begun);
        assertEquals("deadline-passed", ((Problem) tooLate.cause()).code());
        assertTrue(inTime.succeeded());
    }

    @Test
    void aBatchThatFailsIsRepeatedOneByOne() {
        submit("a");
        var bad = submit("bad");
        var good = submit("good");
        answer();
        fail(new IllegalStateException("one of them cannot be"));
        fail(new IllegalStateException("this one"));
        answer();
        assertEquals(List.of(List.of("a"), List.of("bad", "good"), List.of("bad"), List.of("good")), begun);
        assertEquals("this one", bad.cause().getMessage());
        assertEquals("good!", good.result());
    }

    @Test
    void anOutageIsNotTriedOrderByOrder() {
        submit("a");
        var waiting = List.of(submit("b"), submit("c"));
        answer();
        fail(new ConnectException("the store is away"));
        assertEquals(2, begun.size());
        assertTrue(waiting.stream().allMatch(Future::failed));
    }

    @Test
    void aBatchThatThrowsIsAFailureLikeAnyOther() {
        var broken = new Gathering<String, String>(3, 4, batch -> {
            throw new IllegalStateException("before it began");
        });
        assertTrue(broken.submit("a", LATER).failed());
        assertTrue(broken.submit("b", LATER).failed(), "and does not block the next");
    }

    @Test
    void afterAFailureTheNextGoesOn() {
        submit("a");
        fail(new IllegalStateException());
        var next = submit("b");
        answer();
        assertEquals("b!", next.result());
    }
}
