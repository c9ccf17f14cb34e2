package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import org.junit.jupiter.api.Test;

class EndedSessionsTest {
    private final List<Optional<String>> asked = new ArrayList<>();
    private final List<Promise<JsonNode>> answers = new ArrayList<>();
    private long now;
    private final EndedSessions ended = new EndedSessions(this::ask, () -> now);

    private Future<JsonNode> ask(Optional<String> since) {
        asked.add(since);
        answers.add(Promise.promise());
        return answers.get(answers.size() - 1).future();
    }

    private void answer(String asOf, String... sessions) {
        var list = Stream.of(sessions).map(it -> Map.of("session", it)).toList();
        answers.get(answers.size() - 1).complete(Json.tree(Map.of("sessions", list, "asOf", asOf)));
    }

    @Test
    void howOftenTheBellRingsThereIsOneQuestionUnderWayAndOneAfterIt() {
        for (var i = 0; i < 50; i++) ended.read();
        assertEquals(1, asked.size());
        answer("t1", "a");
        assertEquals(2, asked.size(), "what was rung meanwhile may not have been in it");
        answer("t2");
        assertEquals(2, asked.size());
    }

    @Test
    void onlyWhatIsNewIsAskedForAndWhatWasKnownStays() {
        ended.read();
        answer("t1", "a");
        ended.read();
        assertEquals(Optional.of("t1"), asked.get(1));
        answer("t2", "b");
        assertTrue(ended.contains("a"));
        assertTrue(ended.contains("b"));
    }

    @Test
    void onceAMinuteAllIsAskedForSoThatWhatIsOldGoes() {
        ended.read();
        answer("t1", "a");
        now += TimeUnit.SECONDS.toNanos(60);
        ended.read();
        assertEquals(Optional.empty(), asked.get(1));
        answer("t2", "b");
        assertFalse(ended.contains("a"));
        assertTrue(ended.contains("b"));
    }

    @Test
    void aQuestionThatFailsForgetsNothingAndIsAskedAgain() {
        ended.read();
        answer("t1", "a");
        ended.read();
        answers.get(1).fail(Problem.unavailable("away", 1));
        assertTrue(ended.contains("a"));
        ended.read();
        assertEquals(Optional.of("t1"), asked.get(2));
    }

    @Test
    void beforeTheFirstAnswerNothingIsKnown() {
        ended.read();
        var known = ended.known();
        assertFalse(known.isComplete());
        answer("t1");
        assertTrue(known.succeeded());
        assertTrue(ended.known().succeeded());
    }
}
