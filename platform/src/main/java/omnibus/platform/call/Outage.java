package omnibus.platform.call;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.vertx.core.Future;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import omnibus.platform.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a store that is away, overloaded or full from a bug: the first is a 503 worth repeating, the second a 500. */
public final class Outage {
    private static final Logger LOG = LoggerFactory.getLogger(Outage.class);
    private static final long RETRY_AFTER_SECONDS = 2;
    /** PostgreSQL's error classes 08 (connection), 53 (resources), 57 (operator), 58 (system), and locks not had in time. */
    private static final Set<String> CLASSES = Set.of("08", "53", "57", "58");

    private static final Set<String> LOCKS = Set.of("40001", "40P01", "55P03");
    /** A transaction that fell silent for too long, and a server that only reads: one to which, or from which, it failed over. */
    private static final Set<String> CUT_SHORT = Set.of("25P03", "25006");

    /** No living store is silent for so long: statements, locks and connections are waited for 2 s at most. */
    public static final Duration SILENCE = Duration.ofSeconds(15);

    private Outage() {}

    /**
     * What a store answers, or an outage after {@link #SILENCE}. The host of a store may vanish without a word, and a loop
     * that waited for it would never turn again. What is answered later is not heard: for loops whose next turn finds all
     * that the last one has left.
     */
    public static <T> Future<T> ifSilent(Future<T> answer) {
        return ifSilent(answer, SILENCE);
    }

    /** The same, for what takes longer. */
    public static <T> Future<T> ifSilent(Future<T> answer, Duration patience) {
        return answer.timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The 503 for an outage, null for anything else. */
    public static Problem problem(Throwable failure) {
        if (!is(failure)) return null;
        LOG.warn("a store cannot serve: {}", failure.toString());
        return Problem.unavailable(
                "The store behind this service cannot be reached at the moment. Repeat the request in a moment.",
                RETRY_AFTER_SECONDS);
    }

    public static boolean is(Throwable failure) {
        if (failure instanceof PgException sql && sql.getSqlState() != null) {
            return LOCKS.contains(sql.getSqlState())
                    || CUT_SHORT.contains(sql.getSqlState())
                    || CLASSES.contains(sql.getSqlState().substring(0, 2));
        }
        // Refused, reset, closed, unknown: whatever breaks a line is an IOException, and so is, oddly, what Jackson
        // cannot read.
        if (failure instanceof IOException && !(failure instanceof JsonProcessingException)
                || failure instanceof ClosedConnectionException
                || failure instanceof TimeoutException
                || failure instanceof ConnectionPoolTooBusyException) {
            return true;
        }
        // Vert.x reports a connection lost under way, and a pool that has none free in time, by nothing but a text.
        var text = String.valueOf(failure.getMessage());
        return failure.getClass().getName().startsWith("io.vertx.core.")
                && (text.contains("losed")
                        || text.contains("pool")
                        || text.contains("Timeout")
                        || text.contains("timeout"));
    }
}
