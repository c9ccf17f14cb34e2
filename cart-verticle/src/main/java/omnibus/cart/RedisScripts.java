package omnibus.cart;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import omnibus.platform.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the Lua scripts of this service: by their digest, and in full when Redis does not know them (it forgets them with
 * a restart). A Redis that is away, loading or full is a {@link Problem} 503. One that does not answer a change in time may
 * still make it: {@link Problem} 504, outcome unknown. Nothing else fails here but bugs.
 */
final class RedisScripts {
    private static final Logger LOG = LoggerFactory.getLogger(RedisScripts.class);
    private static final long PATIENCE_MILLIS = 2_000;
    private static final long RETRY_AFTER_SECONDS = 2;
    private static final Set<String> READS = Set.of("read", "claim", "letter", "letters");
    private static final String LIBRARY = load("lib");

    private record Script(String body, String digest) {}

    private final Redis redis;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    RedisScripts(Vertx vertx, CartConfig config) {
        var options = new RedisOptions()
                .setConnectionString(config.redis().reveal())
                .setMaxPoolSize(8)
                .setMaxPoolWaiting(512)
                .setMaxWaitingHandlers(2_048);
        options.getNetClientOptions().setConnectTimeout(1_000).setTcpNoDelay(true);
        this.redis = Redis.createClient(vertx, options);
    }

    /** Runs {@code scripts/<name>.lua}. */
    Future<Response> run(String name, List<String> keys, List<String> arguments) {
        var script = scripts.computeIfAbsent(name, RedisScripts::script);
        return send(Command.EVALSHA, script.digest, keys, arguments)
                .recover(failure -> isUnknownScript(failure)
                        ? send(Command.EVAL, script.body, keys, arguments)
                        : Future.failedFuture(failure))
                .recover(failure -> refused(name, failure));
    }

    Future<Void> ping() {
        return redis.send(Request.cmd(Command.PING)).mapEmpty();
    }

    void close() {
        redis.close();
    }

    private Future<Response> send(Command command, String script, List<String> keys, List<String> arguments) {
        var request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return redis.send(request).timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static boolean isUnknownScript(Throwable failure) {
        return failure instanceof ErrorType
                && String.valueOf(failure.getMessage()).startsWith("NOSCRIPT");
    }

    /** A script that fails is a bug; anything else that goes wrong is Redis being away, frozen or unable. */
    private static <T> Future<T> refused(String name, Throwable failure) {
        var message = String.valueOf(failure.getMessage());
        var bug = failure instanceof ErrorType
                && (message.startsWith("ERR") || message.startsWith("WRONGTYPE") || message.startsWith("NOPERM"));
        if (bug) return Future.failedFuture(failure);
        LOG.warn("Redis cannot serve {}: {}", name, message);
        if (failure instanceof TimeoutException && !READS.contains(name)) {
            return Future.failedFuture(Problem.deadlinePassed());
        }
        return Future.failedFuture(Problem.unavailable(
                "Carts cannot be reached at the moment. Nothing is lost; repeat the request in a moment.",
                RETRY_AFTER_SECONDS));
    }

    private static Script script(String name) {
        var body = LIBRARY + "\n" + load(name);
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(body.getBytes(StandardCharsets.UTF_8));
            return new Script(body, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String load(String name) {
        var resource = "/cart/scripts/" + name + ".lua";
        try (var stream = RedisScripts.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
