package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import omnibus.platform.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that were ended (logout, password change, erasure, reuse of a refresh token) while access tokens of
 * theirs may still be unexpired. Read one answer at a time: once a minute all that ended within the last 20 minutes,
 * which is longer than any access token lives, in between what is new. While there is no new answer the last one stays;
 * before the first one nobody can be told from one whose session has ended. Lives on one event loop.
 */
final class EndedSessions {
    private static final Logger LOG = LoggerFactory.getLogger(EndedSessions.class);
    private static final long WHOLE_EVERY_NANOS = 60_000_000_000L;

    /** Asks {@code user.readEndedSessions} for what ended since the {@code asOf} of an earlier answer, or for all. */
    interface Source extends Function<Optional<String>, Future<JsonNode>> {}

    private final Source source;
    private final LongSupplier nanos;
    private Set<String> sessions = new HashSet<>();
    private String asOf;
    private long wholeAt;
    private Future<Void> reading;
    private boolean again;
    private boolean known;

    EndedSessions(Source source, LongSupplier nanos) {
        this.source = source;
        this.nanos = nanos;
    }

    boolean contains(String session) {
        return !sessions.isEmpty() && sessions.contains(session);
    }

    /** At once in nearly all cases. Before the first answer it is waited for; where there is none: a {@link Problem} 503. */
    Future<Void> known() {
        if (known) return Future.succeededFuture();
        return (reading == null ? ask() : reading)
                .recover(failure -> Future.failedFuture(Problem.unavailable(
                        "This gateway has just started and does not know yet which sessions have ended. Try again.",
                        1)));
    }

    /** What is new by now. Who asks while an answer is under way gets another one after it: this one may be too old. */
    void read() {
        if (reading != null) again = true;
        else ask();
    }

    private Future<Void> ask() {
        var whole = asOf == null || nanos.getAsLong() - wholeAt >= WHOLE_EVERY_NANOS;
        var asked = source.apply(whole ? Optional.empty() : Optional.of(asOf)).<Void>map(answer -> take(answer, whole));
        reading = asked;
        return asked.onComplete(done -> {
            reading = null;
            if (done.failed())
                LOG.debug("the ended sessions cannot be read: {}", done.cause().toString());
            if (!again) return;
            again = false;
            ask();
        });
    }

    /** {@code {"sessions": [{"session": …, "endedAt": …}], "asOf": …}}. */
    private Void take(JsonNode answer, boolean whole) {
        if (whole) {
            sessions = new HashSet<>();
            wholeAt = nanos.getAsLong();
        }
        answer.path("sessions")
                .forEach(entry -> sessions.add(entry.path("session").asText()));
        asOf = answer.path("asOf").asText(null);
        known = true;
        return null;
    }
}
