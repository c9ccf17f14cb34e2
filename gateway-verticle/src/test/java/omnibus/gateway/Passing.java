package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import omnibus.platform.Instance;
import omnibus.platform.Platform;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;

/** A service that comes and goes, and whose contract claims a path of wish lists. */
final class Passing extends VerticleBase {
    private final Platform platform;
    private Instance instance;

    Passing(Platform platform) {
        this.platform = platform;
    }

    @Override
    public Future<?> start() {
        return Instance.of(platform, Contract.load("clash"), new Api())
                .start()
                .onSuccess(started -> instance = started);
    }

    @Override
    public Future<?> stop() {
        return instance.stop();
    }

    static final class Api {
        Future<Answer> getOther(Call call) {
            return Future.succeededFuture(Answer.ok("clash"));
        }

        Future<Answer> putOther(Call call) {
            return Future.succeededFuture(Answer.ok("clash"));
        }

        Future<Answer> getClash(Call call) {
            return Future.succeededFuture(Answer.ok("clash"));
        }
    }
}
