package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code Prefer: wait=N} (RFC 7240): what was created is answered when it has come to its end or N seconds are over. A
 * second, read-only call by the operation the contract names; should it fail, the first answer is as true as before.
 */
final class Waiting {
    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);
    private static final int MAX_SECONDS = 10;
    private static final Duration SLACK = Duration.ofSeconds(2);

    private final Caller caller;

    Waiting(Caller caller) {
        this.caller = caller;
    }

    /** {@code created} at once, or a later view of the same thing under the same headers. */
    Future<Answer> await(Ask ask, Answer created) {
        var operation = ask.operation().waitOperation();
        var seconds = operation == null ? 0 : seconds(ask.headers().get("prefer"));
        var location = created.headers().get("Location");
        if (seconds == 0 || created.isProblem() || location == null) return Future.succeededFuture(created);
        var span = Duration.ofSeconds(seconds).plus(SLACK);
        var call = Request.read(operation, Deadline.in(span))
                .tryFor(span.toMillis())
                .as(ask.identity())
                .path("id", location.substring(location.lastIndexOf('/') + 1))
                .query("wait", seconds);
        Envelope.addIds(call, ask);
        return caller.call(call)
                .map(later -> new Answer(created.status(), created.headers(), settled(operation, created, later)))
                .otherwise(created)
                .map(answer -> answer.header("Preference-Applied", "wait=" + seconds));
    }

    private static Buffer settled(String operation, Answer created, Answer later) {
        if (!later.isProblem()) return later.body();
        LOG.warn("{} answered {}; what was created is answered as it was", operation, later.status());
        return created.body();
    }

    /** The seconds asked for, at most ten; zero when the header has no such preference or one not understood. */
    static int seconds(String prefer) {
        if (prefer == null) return 0;
        for (var preference : prefer.split(",")) {
            var nameAndValue = preference.split(";", 2)[0].split("=", 2);
            if (nameAndValue.length == 2 && nameAndValue[0].strip().equalsIgnoreCase("wait")) {
                return number(nameAndValue[1].strip());
            }
        }
        return 0;
    }

    private static int number(String text) {
        var digits = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) return 0;
        return digits.length() > 3 ? MAX_SECONDS : Math.min(MAX_SECONDS, Integer.parseInt(digits));
    }
}
