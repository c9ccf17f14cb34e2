package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.platform.Json;
import omnibus.platform.Platform;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;
import omnibus.platform.directory.Lease;

/** The gateway's own operations: how the shop is, who makes it up, and what it serves. */
final class GatewayApi {
    private static final Duration STATUS_DEADLINE = Duration.ofSeconds(1);
    private static final long RETRY_AFTER_SECONDS = 2;
    private static final String JSON = "application/json";

    /** A member that does not answer is told of with what its lease says; its counts are left out. */
    private record Member(
            String service,
            String instance,
            String version,
            String state,
            long pid,
            String host,
            String startedAt,
            Long calls,
            Integer inFlight) {}

    private record Members(List<Member> members) {}

    private final Platform platform;
    private final Contracts contracts;
    private final DeadLetters deadLetters;
    private final BooleanSupplier draining;
    private final String version;
    private RouteTable describedTable;
    private Buffer openApi;
    private Buffer asyncApi;

    GatewayApi(Platform platform, Contracts contracts, Contract own, BooleanSupplier draining) {
        this.platform = platform;
        this.contracts = contracts;
        this.deadLetters = new DeadLetters(platform);
        this.draining = draining;
        this.version = own.document().path("info").path("version").asText();
    }

    Future<Answer> getHealth(Call call) {
        return Future.succeededFuture(
                Answer.ok(HealthReport.of(platform.directory(), contracts.contracts(), contracts.judgements())));
    }

    Future<Answer> getLiveness(Call call) {
        return platform.health().live()
                ? Future.succeededFuture(Answer.ok(Map.of("status", "UP")))
                : Future.failedFuture(
                        Problem.unavailable("This gateway is about to be restarted.", RETRY_AFTER_SECONDS));
    }

    Future<Answer> getReadiness(Call call) {
        var missing = Contracts.CORE.stream()
                .filter(service -> !platform.directory().hasReady(service))
                .sorted()
                .toList();
        var cutOff = platform.health().isCutOff();
        if (missing.isEmpty() && !draining.getAsBoolean() && !cutOff) {
            return Future.succeededFuture(Answer.ok(Map.of("status", "UP")));
        }
        return Future.failedFuture(Problem.unavailable(whyNotReady(cutOff, missing), RETRY_AFTER_SECONDS)
                .with("missing", missing));
    }

    private static String whyNotReady(boolean cutOff, List<String> missing) {
        if (cutOff) return "This gateway cannot reach most of the cluster.";
        return missing.isEmpty()
                ? "This gateway is draining."
                : "No instance of " + String.join(", ", missing) + " is ready.";
    }

    Future<Answer> getOpenApi(Call call) {
        describe();
        return Future.succeededFuture(Answer.of(200, openApi, JSON));
    }

    Future<Answer> getAsyncApi(Call call) {
        describe();
        return Future.succeededFuture(Answer.of(200, asyncApi, JSON));
    }

    /** Both documents are made once per change of what is served. */
    private void describe() {
        var table = contracts.table();
        if (table == describedTable) return;
        var served = table.routes().stream().map(Route::id).collect(Collectors.toSet());
        openApi = Json.encode(OpenApiUnion.of(contracts.contracts(), served, version));
        asyncApi = Json.encode(AsyncApi.of(contracts.contracts(), version));
        describedTable = table;
    }

    Future<Answer> getCluster(Call call) {
        var asked = platform.directory().entries().stream()
                .filter(entry -> entry.held())
                .map(entry -> ask(entry.lease(), call))
                .toList();
        return Future.join(asked)
                .map(all -> Answer.ok(new Members(asked.stream()
                        .map(Future::result)
                        .sorted(Comparator.comparing(Member::service).thenComparing(Member::instance))
                        .toList())));
    }

    private Future<Member> ask(Lease lease, Call call) {
        var request = Request.read(lease.service() + ".readStatus", Deadline.in(STATUS_DEADLINE))
                .from(call);
        return platform.caller()
                .callInstance(lease.address(), request)
                .map(answer -> answer.as(JsonNode.class))
                .map(status -> member(lease, status))
                .otherwise(silent -> member(lease, null));
    }

    Future<Answer> listDeadLetters(Call call) {
        return deadLetters.list(call);
    }

    Future<Answer> retryDeadLetter(Call call) {
        return deadLetters.retry(call);
    }

    private static Member member(Lease lease, JsonNode status) {
        return new Member(
                lease.service(),
                lease.instance(),
                lease.version(),
                status == null
                        ? lease.state().name()
                        : status.path("state").asText(lease.state().name()),
                lease.pid(),
                lease.host(),
                lease.startedAt().toString(),
                number(status, "calls", JsonNode::longValue),
                number(status, "inFlight", JsonNode::intValue));
    }

    private static <N> N number(JsonNode status, String field, Function<JsonNode, N> value) {
        return status == null || !status.path(field).isIntegralNumber() ? null : value.apply(status.get(field));
    }
}
