package omnibus.cart;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import omnibus.platform.Json;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.events.Position;

/** A place in another service's log, moved by the script that applies what was read: neither without the other. */
final class CartCursorStore implements Cursor {
    private final RedisScripts scripts;
    private final String key;
    private final Function<LoggedEvent, Map<String, Object>> effect;
    private String holder = "";

    /** {@code effect} says what an event does to carts, null for nothing. */
    CartCursorStore(RedisScripts scripts, String source, Function<LoggedEvent, Map<String, Object>> effect) {
        this.scripts = scripts;
        this.key = "cursor:" + source;
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
        var arguments = List.of(
                holder,
                from.logId(),
                Long.toString(from.position()),
                to.logId(),
                Long.toString(to.position()),
                Json.encode(effects).toString());
        return scripts.run("follow", List.of(key), arguments)
                .compose(moved -> moved.toInteger() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                new IllegalStateException("the cursor " + key + " has passed to another instance")));
    }
}
