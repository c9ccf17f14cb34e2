package omnibus.platform.events;

import io.vertx.core.Future;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations by which a service tells what its followers have put aside, and applies it after all. */
public final class DeadLetters {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

    private record Letters(List<DeadLetter> items) {}

    private final List<Follower> followers;

    public DeadLetters(List<Follower> followers) {
        this.followers = followers;
    }

    /** {@code readDeadLetters{after, limit}}: in the order of the events' ids. */
    public Future<Answer> read(Call call) {
        var after = call.query("after").flatMap(Ids::parse);
        var limit = Integer.parseInt(call.query("limit").orElse("100"));
        var asked = followers.stream()
                .map(follower -> follower.cursor().deadLetters(after, limit))
                .toList();
        return Future.all(asked)
                .map(all -> Answer.ok(new Letters(asked.stream()
                        .flatMap(letters -> letters.result().stream())
                        .sorted(Comparator.comparing(
                                letter -> letter.event().id().toString()))
                        .limit(limit)
                        .toList())));
    }

    /** {@code applyDeadLetter{id}}: answers the letter that is none any more. */
    public Future<Answer> apply(Call call) {
        var id = call.pathId("id");
        Future<Optional<DeadLetter>> applied = Future.succeededFuture(Optional.empty());
        for (var follower : followers) {
            applied = applied.compose(
                    found -> found.isPresent() ? Future.succeededFuture(found) : follower.applyDeadLetter(id));
        }
        return applied.map(found -> Answer.ok(found.orElseThrow(Problem::notFound)))
                .recover(failure -> Future.failedFuture(refusal(id, failure)));
    }

    private static Throwable refusal(UUID id, Throwable failure) {
        if (failure instanceof Problem || Follower.isOutage(failure)) return failure;
        LOG.error("event {} still cannot be applied", id, failure);
        return Problem.conflict(
                "dead-letter-fails-again", "The event still cannot be applied: " + DeadLetter.errorOf(failure));
    }
}
