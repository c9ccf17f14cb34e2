package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import omnibus.platform.Instance;
import omnibus.platform.Json;
import omnibus.platform.Platform;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;

/** A service that comes and goes: {@code passing}, or {@code rival}, whose contract claims a path of wish lists. */
final class Passing extends VerticleBase {
    private final Platform platform;
    private final Contract contract;
    private final Object api;
    private Instance instance;

    private Passing(Platform platform, Contract contract, Object api) {
        this.platform = platform;
        this.contract = contract;
        this.api = api;
    }

    Passing(Platform platform) {
        this(platform, Contract.load("passing"), new Api());
    }

    /** A later version, which takes what else is served at {@code path} for its own. */
    static Passing movedTo(Platform platform, String path) {
        return new Passing(platform, changed("passing", "/api/v1/passing", path), new Api());
    }

    static Passing rival(Platform platform) {
        return new Passing(platform, Contract.load("rival"), new RivalApi());
    }

    /** {@code rival} that leaves the wish lists alone. */
    static Passing peaceful(Platform platform) {
        return new Passing(platform, changed("rival", "/api/v1/wishlists/", "/api/v1/rivals/"), new RivalApi());
    }

    /** A service of that name with {@code path}, and something below {@code parent}. */
    static Passing called(String name, Platform platform, String path, String parent) {
        var document = Contract.load("rival")
                .document()
                .toString()
                .replace("rival.", name + ".")
                .replace("/api/v1/rival", path)
                .replace("/api/v1/wishlists/", parent + "/");
        return new Passing(platform, Contract.of(name, Json.tree(Buffer.buffer(document))), new RivalApi());
    }

    private static Contract changed(String service, String text, String replacement) {
        var before = Contract.load(service).document().toString();
        return Contract.of(service, Json.tree(Buffer.buffer(before.replace(text, replacement))));
    }

    @Override
    public Future<?> start() {
        return Instance.of(platform, contract, api).start().onSuccess(started -> instance = started);
    }

    @Override
    public Future<?> stop() {
        return instance.stop();
    }

    static final class Api {
        Future<Answer> putOther(Call call) {
            return Future.succeededFuture(Answer.ok("passing"));
        }

        Future<Answer> getPassing(Call call) {
            return Future.succeededFuture(Answer.ok("passing"));
        }
    }

    static final class RivalApi {
        Future<Answer> getRival(Call call) {
            return Future.succeededFuture(Answer.ok("rival"));
        }

        Future<Answer> getOther(Call call) {
            return Future.succeededFuture(Answer.ok("rival"));
        }
    }
}
