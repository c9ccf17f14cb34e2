package omnibus.platform.events;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** A follower's place in a log, kept in the follower's own store together with the effects of what it has read. */
public interface Cursor {
    /** Takes or keeps the right to pull for some seconds; empty while another instance has it. */
    Future<Optional<Position>> claim(String holder);

    /**
     * Applies the events and moves the cursor as one, if it still stands at {@code from} and is still held. Without
     * transactions: effects first, each only if the event's version is newer, then the cursor.
     */
    Future<Void> advance(Position from, Position to, List<LoggedEvent> events);
}
