package omnibus.platform.events;

import io.vertx.core.Future;

/** A service's append-only log as its followers read it: in PostgreSQL or in MongoDB. */
public interface EventSource {
    /** Events with positions above {@code after}, in order, at most {@code limit}. */
    Future<EventPage> read(long after, int limit);
}
