package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.Optional;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import omnibus.platform.events.Doorbell;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The gateway: HTTP on one side, the bus on the other. */
public final class GatewayVerticle extends VerticleBase {
    static final String SERVICE = "gateway";
    private static final Logger LOG = LoggerFactory.getLogger(GatewayVerticle.class);
    private static final Duration ASK_DEADLINE = Duration.ofSeconds(2);
    private static final long SESSION_POLL_MILLIS = 1_000;

    private final Platform platform;
    private final GatewayConfig config;
    private EndedSessions endedSessions;
    private Contracts contracts;
    private CallLog log;
    private Door door;
    private Bridge bridge;
    private SharedBuckets buckets;
    private EdgeCache edge;
    private Instance instance;
    private MessageConsumer<Buffer> doorbell;
    private long polling = -1;
    private int port;

    GatewayVerticle(Platform platform, GatewayConfig config) {
        this.platform = platform;
        this.config = config;
    }

    public static void main(String[] arguments) {
        Main.run(SERVICE, GatewayConfig::from, GatewayVerticle::new);
    }

    @Override
    public Future<?> start() {
        var own = Contract.load(SERVICE);
        contracts = new Contracts(platform, new ContractStore(vertx, config.home()), own, config.pluginGrace());
        log = new CallLog(platform.metrics());
        door = new Door(vertx, config, log, platform.health()::isCutOff);
        edge = new EdgeCache(vertx, platform.metrics());
        contracts.onChange(() -> edge.changed(SERVICE));
        var api = new GatewayApi(platform, contracts, own, door::isDraining);
        watchSessions();
        return Pages.load(vertx)
                .compose(pages -> contracts
                        .start()
                        .compose(mounted -> endedSessions
                                .known()
                                .recover(unknown -> {
                                    LOG.warn(
                                            "the user service has not told which sessions have ended; tokens wait for that");
                                    return Future.succeededFuture();
                                })
                                .compose(known -> door.open(dispatch(pages)::handle))))
                .compose(listening -> {
                    port = listening;
                    LOG.info("listening on http://{}:{}", config.host(), listening);
                    return Instance.of(platform, own, api)
                            .onDrain(this::drain)
                            .onStop(door::close)
                            .traffic(
                                    () -> door.calls() + bridge.calls(),
                                    () -> door.exchangesUnderWay() + bridge.callsUnderWay())
                            .start();
                })
                .onSuccess(started -> instance = started);
    }

    private Dispatch dispatch(Pages pages) {
        var keys = new SigningKeys(vertx, this::askForKeys, System::nanoTime);
        var tokens = new AccessTokens(keys, endedSessions, platform.clock());
        var admission = new Admission(tokens, config.limits() ? limits() : null);
        var upstream = new Upstream(platform.caller(), edge, config.deadline(), this::callOwn);
        bridge = new Bridge(platform, config, contracts, admission, upstream, log);
        return new Dispatch(contracts, pages, bridge, admission, upstream);
    }

    private Limits limits() {
        buckets = config.redis().map(url -> new SharedBuckets(vertx, url)).orElse(null);
        return new Limits(buckets, config.browsePerSecond(), config.writesPerSecond());
    }

    /** The gateway's own operations go through the same binder as any service's, in this very instance. */
    private Future<Answer> callOwn(Request call) {
        if (instance == null) return Future.failedFuture(Problem.unavailable("This gateway is starting.", 1));
        return platform.caller().callInstance(instance.address(), call);
    }

    private Future<JsonNode> askForKeys() {
        return ask(Request.read("user.getJwks", Deadline.in(ASK_DEADLINE)));
    }

    private Future<JsonNode> ask(Request question) {
        return platform.caller().call(question).map(answer -> answer.as(JsonNode.class));
    }

    /** The doorbell of the user log tells of an ended session at once; the poll holds when a ring is lost. */
    private void watchSessions() {
        endedSessions = new EndedSessions(this::askForEndedSessions, System::nanoTime);
        doorbell = Doorbell.listen(vertx, "user", endedSessions::read);
        polling = vertx.setPeriodic(0, SESSION_POLL_MILLIS, tick -> endedSessions.read());
    }

    private Future<JsonNode> askForEndedSessions(Optional<String> since) {
        var question = Request.read("user.readEndedSessions", Deadline.in(ASK_DEADLINE));
        since.ifPresent(asOf -> question.query("since", asOf));
        return ask(question);
    }

    private Future<?> drain() {
        door.drain();
        bridge.drain();
        return Future.succeededFuture();
    }

    /** The port it listens on. */
    int port() {
        return port;
    }

    Door door() {
        return door;
    }

    Bridge bridge() {
        return bridge;
    }

    Contracts contracts() {
        return contracts;
    }

    @Override
    public Future<?> stop() {
        vertx.cancelTimer(polling);
        contracts.stop();
        edge.close();
        return doorbell.unregister()
                .eventually(() -> bridge == null ? Future.succeededFuture() : bridge.close())
                .eventually(() -> instance == null ? door.close() : instance.stop())
                .onComplete(stopped -> {
                    if (buckets != null) buckets.close();
                });
    }
}
