package omnibus.platform.events;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A follower's place in a log, kept in the follower's own store together with the effects of what it has read. */
public interface Cursor {
    /** Takes or keeps the right to pull for some seconds; empty while another instance has it. */
    Future<Optional<Position>> claim(String holder);

    /**
     * Applies the events and moves the cursor as one, if it still stands at {@code from} and is still held. Without
     * transactions: effects first, each only if the event's version is newer, then the cursor.
     */
    Future<Void> advance(Position from, Position to, List<LoggedEvent> events);

    /** Told each time a pull has come to the log's present end, {@code head}. */
    default void reachedEnd(long head) {}

    /** Keeps the event with its error and moves the cursor past it as one, under the same condition as {@link #advance}. */
    Future<Void> putAside(Position from, Position to, LoggedEvent event, String error);

    /** Up to {@code limit} events that were put aside, in the order of their ids, from behind {@code after}. */
    Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit);

    /** Applies what was put aside and forgets it, as one. Empty: there is no such event. */
    Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId);
}
