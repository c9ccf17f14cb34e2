package omnibus.cart;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import omnibus.platform.Json;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.DeadLetter;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/** A place in another service's log, moved by the script that applies what was read: neither without the other. */
final class CartCursorStore implements Cursor {
    private final CartScripts scripts;
    private final Clock clock;
    private final String source;
    private final String key;
    private final String letters;
    private final Function<LoggedEvent, Map<String, Object>> effect;
    private String holder = "";

    /** {@code effect} says what an event does to carts, null for nothing. */
    CartCursorStore(
            CartScripts scripts, Clock clock, String source, Function<LoggedEvent, Map<String, Object>> effect) {
        this.scripts = scripts;
        this.clock = clock;
        this.source = source;
        this.key = "cursor:" + source;
        this.letters = "dead-letters:" + source;
        this.effect = effect;
    }

    @Override
    public Future<Optional<Position>> claim(String wouldBeHolder) {
        holder = wouldBeHolder;
        return scripts.run("claim", List.of(key), List.of(wouldBeHolder))
                .map(reply -> reply == null
                        ? Optional.empty()
                        : Optional.of(new Position(
                                reply.get(0).toString(), reply.get(1).toLong())));
    }

    @Override
    public Future<Void> advance(Position from, Position to, List<LoggedEvent> events) {
        var effects = events.stream().map(effect).filter(Objects::nonNull).toList();
        return scripts.run(
                        "follow",
                        List.of(key),
                        move(from, to, Json.encode(effects).toString()))
                .compose(this::moved);
    }

    private List<String> move(Position from, Position to, String... more) {
        var arguments = new ArrayList<>(List.of(
                holder, from.logId(), Long.toString(from.position()), to.logId(), Long.toString(to.position())));
        arguments.addAll(List.of(more));
        return arguments;
    }

    private Future<Void> moved(Response moved) {
        return moved.toInteger() == 1
                ? Future.succeededFuture()
                : Future.failedFuture(
                        new IllegalStateException("the cursor " + key + " has passed to another instance"));
    }

    @Override
    public Future<Void> putAside(Position from, Position to, LoggedEvent event, String error) {
        var letter = new DeadLetter(source, to.logId(), event.position(), event.event(), error, clock.instant());
        var arguments = move(
                from, to, event.event().id().toString(), Json.encode(letter).toString());
        return scripts.run("put-aside", List.of(key, letters), arguments).compose(this::moved);
    }

    /** They are few; a hash has no order of its own. */
    @Override
    public Future<List<DeadLetter>> deadLetters(Optional<UUID> after, int limit) {
        var behind = after.map(UUID::toString).orElse("");
        return scripts.run("letters", List.of(letters), List.of())
                .map(kept -> kept.stream()
                        .map(CartCursorStore::letter)
                        .filter(letter -> id(letter).compareTo(behind) > 0)
                        .sorted(Comparator.comparing(CartCursorStore::id))
                        .limit(limit)
                        .toList());
    }

    @Override
    public Future<Optional<DeadLetter>> applyDeadLetter(UUID eventId) {
        return scripts.run("letter", List.of(letters), List.of(eventId.toString()))
                .compose(kept -> {
                    if (kept == null) return Future.succeededFuture(Optional.empty());
                    var letter = letter(kept);
                    var applied = effect.apply(new LoggedEvent(letter.position(), letter.event()));
                    var effects = applied == null ? List.of() : List.of(applied);
                    return scripts.run(
                                    "apply-letter",
                                    List.of(letters),
                                    List.of(
                                            eventId.toString(),
                                            Json.encode(effects).toString()))
                            .map(Optional.of(letter));
                });
    }

    private static DeadLetter letter(Response kept) {
        return Json.decode(Buffer.buffer(kept.toString()), DeadLetter.class);
    }

    private static String id(DeadLetter letter) {
        return letter.event().id().toString();
    }
}
