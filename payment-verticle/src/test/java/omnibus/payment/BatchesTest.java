package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final List<List<Integer>> transactions = new ArrayList<>();
    private final List<Promise<List<Integer>>> commits = new ArrayList<>();
    private final Batches<Integer, Integer> batches = new Batches<>(3, items -> {
        transactions.add(items);
        commits.add(Promise.promise());
        return commits.get(commits.size() - 1).future();
    });

    private void commit(int transaction) {
        commits.get(transaction)
                .complete(
                        transactions.get(transaction).stream().map(i -> i * 10).toList());
    }

    @Test
    void oneAloneGoesAtOnce() {
        var result = batches.add(1);
        commit(0);
        assertEquals(10, result.result());
    }

    @Test
    void whatGathersMeanwhileGoesTogether() {
        batches.add(1);
        var later = List.of(batches.add(2), batches.add(3), batches.add(4), batches.add(5));
        commit(0);
        assertEquals(List.of(List.of(1), List.of(2, 3, 4)), transactions);
        assertFalse(later.get(0).isComplete());
        commit(1);
        commit(2);
        assertEquals(List.of(20, 30, 40, 50), later.stream().map(Future::result).toList());
    }

    @Test
    void aBadItemFailsAlone() {
        batches.add(1);
        var good = batches.add(2);
        var bad = batches.add(3);
        commit(0);
        commits.get(1).fail("one of them is bad");
        commit(2);
        commits.get(3).fail("this one");
        assertEquals(20, good.result());
        assertTrue(bad.failed());
        var next = batches.add(4);
        commit(4);
        assertEquals(40, next.result());
    }

    @Test
    void aTransactionThatThrowsFailsItsItemsOnly() {
        var throwing = new Batches<Integer, Integer>(3, items -> {
            throw new IllegalStateException("no");
        });
        assertTrue(throwing.add(1).failed());
        assertTrue(throwing.add(2).failed());
    }
}
