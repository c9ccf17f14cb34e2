package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import omnibus.platform.Ids;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.PageCursor;
import omnibus.platform.call.Request;
import omnibus.platform.directory.Directory;

/** What the followers of all services have put aside: any one instance of a service speaks for its store. */
final class DeadLetters {
    private static final Duration READ_DEADLINE = Duration.ofSeconds(1);
    private static final Duration APPLY_DEADLINE = Duration.ofSeconds(4);

    private record Letter(String service, String source, long position, JsonNode event, String error, String since) {
        static Letter of(String service, JsonNode letter) {
            return new Letter(
                    service,
                    letter.path("source").asText(),
                    letter.path("position").asLong(),
                    letter.path("event"),
                    letter.path("error").asText(),
                    letter.path("since").asText());
        }

        String id() {
            return event.path("id").asText();
        }
    }

    /** Where a page ended: the letters are in the order of their services, then of their events' ids. */
    private record Place(String service, String id) {
        static Place of(String cursor) {
            var parts = PageCursor.parse(cursor, 2);
            return new Place(parts.get(0), parts.get(1));
        }

        boolean isBehind(String other) {
            return service.compareTo(other) <= 0;
        }

        Optional<String> within(String other) {
            return service.equals(other) ? Optional.of(id) : Optional.empty();
        }
    }

    private final Platform platform;

    DeadLetters(Platform platform) {
        this.platform = platform;
    }

    Future<Answer> list(Call call) {
        var limit = call.limit();
        var after = call.query("cursor").map(Place::of);
        var services = platform.directory().entries().stream()
                .filter(Directory.Entry::held)
                .map(entry -> entry.lease().service())
                .filter(service -> after.isEmpty() || after.get().isBehind(service))
                .distinct()
                .sorted()
                .toList();
        var asked = services.stream()
                .map(service -> ask(call, service, after.flatMap(place -> place.within(service)), limit + 1))
                .toList();
        return Future.join(asked).transform(all -> Future.succeededFuture(page(call, services, asked)));
    }

    private Future<List<Letter>> ask(Call call, String service, Optional<String> after, int limit) {
        var request = Request.read(service + ".readDeadLetters", Deadline.in(READ_DEADLINE))
                .from(call)
                .query("limit", limit);
        after.ifPresent(id -> request.query("after", id));
        return platform.caller().call(request).map(answer -> {
            var letters = new ArrayList<Letter>();
            // A service without followers, or of an older kind, knows no such operation.
            if (answer.status() == Problem.Kind.NOT_FOUND.status()) return letters;
            answer.as(JsonNode.class).path("items").forEach(letter -> letters.add(Letter.of(service, letter)));
            return letters;
        });
    }

    private static Answer page(Call call, List<String> services, List<Future<List<Letter>>> asked) {
        var letters = new ArrayList<Letter>();
        var silent = new ArrayList<String>();
        for (var i = 0; i < services.size(); i++) {
            if (asked.get(i).succeeded()) letters.addAll(asked.get(i).result());
            else silent.add(services.get(i));
        }
        var items = letters.subList(0, Math.min(call.limit(), letters.size()));
        var last = items.isEmpty() ? null : items.get(items.size() - 1);
        var next = letters.size() > items.size() ? PageCursor.of(last.service(), last.id()) : null;
        return Answer.page(call, items, next, silent.isEmpty() ? Map.of() : Map.of("silent", silent));
    }

    Future<Answer> retry(Call call) {
        var service = call.path("service");
        if (platform.directory().entries(service).isEmpty()
                || Ids.parse(call.path("id")).isEmpty()) {
            throw Problem.notFound();
        }
        var request = Request.write(service + ".applyDeadLetter", Deadline.in(APPLY_DEADLINE))
                .from(call)
                .path("id", call.path("id"));
        return platform.caller().call(request).map(answer -> Answer.ok(Letter.of(service, answer.as(JsonNode.class))));
    }
}
