package omnibus.platform.redis;

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
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import omnibus.platform.Secret;

/**
 * The Lua scripts of a service, run on its Redis by their digest, and in full when Redis does not know them (it forgets
 * them with a restart). A file {@code lib.lua} beside them stands before each. No answer in time is a {@link
 * java.util.concurrent.TimeoutException}: a change may still be made.
 */
public final class RedisScripts {
    private static final String FORM = "redis://:password@host:port/database";
    private static final int CONNECTIONS = 8;
    private static final int MOST_WAITING = 512;
    private static final int MOST_PIPELINED = 2_048;

    private record Script(String body, String digest) {}

    private final Redis redis;
    private final String folder;
    private final Duration patience;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();

    /** @param folder of the scripts on the class path: {@code /cart/scripts/} */
    public RedisScripts(Vertx vertx, Secret url, String folder, Duration patience) {
        this.folder = folder;
        this.patience = patience;
        var options = new RedisOptions()
                .setConnectionString(url.reveal())
                .setMaxPoolSize(CONNECTIONS)
                .setMaxPoolWaiting(MOST_WAITING)
                .setMaxWaitingHandlers(MOST_PIPELINED);
        options.getNetClientOptions()
                .setConnectTimeout(1_000)
                .setTcpNoDelay(true)
                .setHostnameVerificationAlgorithm("HTTPS"); // of a rediss:// URL
        this.redis = Redis.createClient(vertx, options);
    }

    /** What is wrong with a URL, or null. */
    public static String faultOf(String url) {
        return url.startsWith("redis://") || url.startsWith("rediss://") ? null : "is not of the form " + FORM;
    }

    /** Runs {@code <name>.lua}. */
    public Future<Response> run(String name, List<String> keys, List<String> arguments) {
        var script = scripts.computeIfAbsent(name, this::script);
        return send(Command.EVALSHA, script.digest, keys, arguments)
                .recover(failure -> isUnknownScript(failure)
                        ? send(Command.EVAL, script.body, keys, arguments)
                        : Future.failedFuture(failure));
    }

    public Future<Void> ping() {
        return redis.send(Request.cmd(Command.PING)).mapEmpty();
    }

    public void close() {
        redis.close();
    }

    /** The script is wrong, or Redis does not let it: no waiting helps. Anything else is Redis being away or unable. */
    public static boolean isBug(Throwable failure) {
        if (!(failure instanceof ErrorType)) return false;
        var message = String.valueOf(failure.getMessage());
        return message.startsWith("ERR") || message.startsWith("WRONGTYPE") || message.startsWith("NOPERM");
    }

    private Future<Response> send(Command command, String script, List<String> keys, List<String> arguments) {
        var request = Request.cmd(command).arg(script).arg(keys.size());
        keys.forEach(request::arg);
        arguments.forEach(request::arg);
        return redis.send(request).timeout(patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static boolean isUnknownScript(Throwable failure) {
        return failure instanceof ErrorType
                && String.valueOf(failure.getMessage()).startsWith("NOSCRIPT");
    }

    private Script script(String name) {
        var own = load(name);
        if (own == null) throw new IllegalArgumentException("there is no script " + folder + name + ".lua");
        var library = load("lib");
        var body = library == null ? own : library + "\n" + own;
        try {
            var digest = MessageDigest.getInstance("SHA-1").digest(body.getBytes(StandardCharsets.UTF_8));
            return new Script(body, HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String load(String name) {
        var resource = folder + name + ".lua";
        try (var stream = RedisScripts.class.getResourceAsStream(resource)) {
            return stream == null ? null : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }
}
