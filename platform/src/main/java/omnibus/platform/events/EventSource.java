package omnibus.platform.events;

import io.vertx.core.Future;
import omnibus.platform.Problem;

/** A service's append-only log as its followers read it: in PostgreSQL or in MongoDB. */
public interface EventSource {
    /** Events with positions above {@code after}, in order, at most {@code limit}. */
    Future<EventPage> read(long after, int limit);

    /**
     * The same, but only events whose data names this user as theirs ({@code userId}). The page's head is that of the whole
     * log. Fails with a {@link Problem} 404 where events are nobody's.
     */
    default Future<EventPage> readOfUser(String userId, long after, int limit) {
        return Future.failedFuture(Problem.notFound());
    }
}
