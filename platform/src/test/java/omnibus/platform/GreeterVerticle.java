package omnibus.platform;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;
import omnibus.platform.events.EventSource;
import omnibus.platform.events.Follower;

/** A small service for the platform's own tests; also started as a JVM of its own by the cluster tests. */
public final class GreeterVerticle extends VerticleBase {
    record Greeting(String text, Integer volume) {}

    private final Platform platform;
    private final Api api = new Api();
    private final List<Follower> followers = new ArrayList<>();
    private EventSource events;
    private Instance instance;

    public GreeterVerticle(Platform platform) {
        this.platform = platform;
    }

    public GreeterVerticle events(EventSource source) {
        events = source;
        return this;
    }

    public GreeterVerticle following(List<Follower> logs) {
        followers.addAll(logs);
        return this;
    }

    public static void main(String[] args) {
        Main.run("greeter", settings -> "", (platform, config) -> new GreeterVerticle(platform));
    }

    public Api api() {
        return api;
    }

    @Override
    public Future<?> start() {
        var builder = Instance.of(platform, Contract.load("greeter"), api);
        if (events != null) builder.events(events);
        followers.forEach(builder::follow);
        return builder.start().onSuccess(started -> instance = started);
    }

    @Override
    public Future<?> stop() {
        return instance.stop();
    }

    public static final class Api {
        final Promise<Answer> never = Promise.promise();
        public volatile Promise<Answer> hold;

        Future<Answer> greet(Call call) {
            if (hold != null) return hold.future();
            return Future.succeededFuture(Answer.ok(Map.of("text", "Hello " + call.path("name"))));
        }

        Future<Answer> keepGreeting(Call call) {
            var greeting = call.body(Greeting.class);
            return Future.succeededFuture(Answer.created("/api/v1/greetings/1", greeting));
        }

        Future<Answer> stumble(Call call) {
            throw new IllegalStateException("a bug with a secret: hunter2");
        }

        Future<Answer> awaitNothing(Call call) {
            return never.future();
        }
    }
}
