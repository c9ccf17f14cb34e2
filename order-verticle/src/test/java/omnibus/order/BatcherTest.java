package omnibus.order;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatcherTest {
    private final Vertx vertx = Vertx.vertx();
    private final List<List<String>> run = new ArrayList<>();

    @AfterEach
    void close() {
        vertx.close();
    }

    @Test
    void aBatchThatThrowsGivesItsLaneBack() {
        var batcher = new Batcher<String>(vertx, one -> true, batch -> {
            run.add(batch);
            if (batch.contains("poison")) throw new IllegalStateException("a bug");
            return Future.succeededFuture();
        });
        batcher.add("poison");
        batcher.pump();
        batcher.add("good");
        batcher.pump();
        assertEquals(List.of(List.of("poison"), List.of("good")), run);
        assertTrue(batcher.quiesce().isComplete());
    }
}
