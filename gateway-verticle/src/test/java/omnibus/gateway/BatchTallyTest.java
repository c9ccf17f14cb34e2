package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import omnibus.platform.Json;
import org.junit.jupiter.api.Test;

class BatchTallyTest {
    private final BatchTally tally = new BatchTally();

    @Test
    void numbersAreSummedFieldByField() {
        tally.add(Json.tree(Map.of("received", 200, "created", 199, "note", "text", "rate", 0.5)));
        tally.add(Json.tree(Map.of("received", 10, "failed", 1)));
        assertEquals(
                Json.tree(Map.of("received", 210, "created", 199, "failed", 1, "errors", List.of()))
                        .size(),
                tally.total().size());
        assertEquals(210, tally.total().path("received").asInt());
        assertEquals(1, tally.total().path("failed").asInt());
    }

    @Test
    void errorsAreToldInTheOrderOfTheirLines() {
        tally.addTooLong(300);
        tally.add(Json.tree(Map.of("failed", 2, "errors", List.of(Map.of("line", 7), Map.of("line", 450)))));
        var lines = StreamSupport.stream(tally.total().path("errors").spliterator(), false)
                .map(error -> error.path("line").asInt())
                .toList();
        assertEquals(List.of(7, 300, 450), lines);
        assertEquals(3, tally.total().path("failed").asInt());
    }

    @Test
    void theListOfErrorsIsBoundedAndTheirCountIsNot() {
        var errors =
                IntStream.range(0, 200).mapToObj(line -> Map.of("line", line)).toList();
        for (var i = 0; i < 100; i++) tally.add(Json.tree(Map.of("failed", 200, "errors", errors)));
        assertEquals(BatchTally.MAX_ERRORS, tally.total().path("errors").size());
        assertEquals(20_000, tally.total().path("failed").asInt());
    }
}
