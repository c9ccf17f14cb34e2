package omnibus.platform.call;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import omnibus.platform.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Binds a contract's operations to an api's methods and guarantees one answer per call, whatever the method does: a
 * refusal becomes its problem document, anything else thrown is logged once and answered 500. Work is bounded; calls
 * past their deadline are not begun.
 */
public final class Operations {
    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final long DEFAULT_DEADLINE_MILLIS = 6_000;
    /** What an answer's way back may take of the caller's patience. */
    private static final long WAY_BACK_MILLIS = 100;

    private static final long RETRY_AFTER_SILENCE_SECONDS = 2;

    private record Bound(
            Operation operation,
            RequestCheck check,
            Function<Call, Future<Answer>> method,
            Map<Integer, Timer> timers) {}

    private final Map<String, Bound> bound = new HashMap<>();
    private final Map<String, Function<Call, Future<Answer>>> own = new HashMap<>();
    private final MeterRegistry metrics;
    private final int inFlightBound;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final LongAdder calls = new LongAdder();
    private volatile boolean draining;

    public Operations(Contract contract, Object api, MeterRegistry metrics, int inFlightBound) {
        this.metrics = metrics;
        this.inFlightBound = inFlightBound;
        var methods = ApiMethods.of(contract, api);
        contract.operations()
                .forEach((id, operation) -> bound.put(
                        id,
                        new Bound(
                                operation,
                                new RequestCheck(operation, contract.document()),
                                methods.get(id),
                                new java.util.concurrent.ConcurrentHashMap<>())));
        metrics.gauge("omnibus.calls.in.flight", inFlight);
    }

    /**
     * Adds an operation of the platform itself ({@code readContract}, {@code ping}): outside contract, bound and counts.
     * Throws IllegalStateException where the contract has one of that name: its rights would not be asked for.
     */
    public void platformOperation(String name, Function<Call, Future<Answer>> method) {
        var taken = bound.values().stream().map(it -> it.operation.methodName()).anyMatch(name::equals);
        if (taken) throw new IllegalStateException("an operation of a contract must not be called " + name);
        own.put(name, method);
    }

    /** From now on calls are refused as {@code draining}, which tells the caller to go elsewhere. */
    public void drain() {
        draining = true;
    }

    public int inFlight() {
        return inFlight.get();
    }

    /** Calls answered since the start. */
    public long calls() {
        return calls.sum();
    }

    public void handle(Message<Buffer> message) {
        var id = message.headers().get(BusHeaders.OPERATION);
        var deadline = deadline(message);
        var platformOperation = id == null ? null : own.get(id.substring(id.indexOf('.') + 1));
        if (platformOperation != null) {
            answer(message, null, platformOperation, deadline);
            return;
        }
        var operation = id == null ? null : bound.get(id);
        if (operation == null) {
            reply(message, Answer.problem(Problem.notFound(), null, Call.traceIdOf(message.headers())));
        } else if (draining) {
            refuse(message, BusHeaders.DRAINING);
        } else {
            begin(message, operation, deadline);
        }
    }

    private void begin(Message<Buffer> message, Bound bound, Deadline deadline) {
        var waits = waits(bound.operation);
        if (!waits && inFlight.get() >= bound.operation.priority().shareOf(inFlightBound)) {
            refuse(message, BusHeaders.BUSY);
            return;
        }
        if (deadline.passed()) {
            reply(message, Answer.problem(Problem.deadlinePassed(), null, Call.traceIdOf(message.headers())));
            return;
        }
        if (!waits) inFlight.incrementAndGet();
        var started = System.nanoTime();
        answer(message, bound.operation, call -> admitted(bound, call), deadline)
                .onComplete(done -> {
                    if (!waits) inFlight.decrementAndGet();
                    calls.increment();
                    record(bound, done.result(), System.nanoTime() - started, message);
                });
    }

    private static Future<Answer> admitted(Bound bound, Call call) {
        authorize(bound.operation, call.identity());
        bound.check.check(call);
        var answered = bound.method.apply(call);
        return (reads(bound.operation) ? inTime(answered, call) : answered)
                .map(answer -> Conditional.apply(bound.operation, call, answer));
    }

    private static boolean reads(Operation operation) {
        return operation.reads() && !waits(operation);
    }

    private static boolean waits(Operation operation) {
        return operation.methodName().startsWith("await");
    }

    /**
     * A read whose store is silent has changed nothing, and its caller is told so while it still listens: to try again
     * (503), and not that the outcome is unknown (504).
     */
    private static Future<Answer> inTime(Future<Answer> read, Call call) {
        if (read.isComplete()) return read;
        var left = call.deadline().remainingMillis();
        return read.timeout(Math.max(1, left - Math.min(WAY_BACK_MILLIS, left / 4)), TimeUnit.MILLISECONDS)
                .recover(failure -> failure instanceof TimeoutException
                        ? Future.succeededFuture(silent(call))
                        : Future.failedFuture(failure));
    }

    private static Answer silent(Call call) {
        LOG.warn("{} had no answer from its store in time", call.operation().id());
        var problem = Problem.unavailable(
                "The store behind this service does not answer at the moment. Repeat the request in a moment.",
                RETRY_AFTER_SILENCE_SECONDS);
        return Answer.problem(problem, path(call.uri()), call.traceId()).header(BusHeaders.REFUSAL, BusHeaders.SILENT);
    }

    /** The gateway has asked the same; a service does not trust it to be the only door. */
    static void authorize(Operation operation, Identity identity) {
        var access = operation.access();
        if (access.anonymous() && access.roles().isEmpty()) return;
        identity.requireUser();
        if (!identity.roles().containsAll(access.roles())) {
            throw Problem.forbidden("This needs the role " + String.join(", ", access.roles()) + ".");
        }
    }

    private Future<Answer> answer(
            Message<Buffer> message, Operation operation, Function<Call, Future<Answer>> method, Deadline deadline) {
        Future<Answer> answered;
        try {
            answered = method.apply(new Call(operation, message.headers(), message.body(), deadline));
        } catch (Throwable thrown) {
            answered = Future.failedFuture(thrown);
        }
        return answered.otherwise(failure -> failed(message, failure)).onSuccess(answer -> reply(message, answer));
    }

    private static Answer failed(Message<Buffer> message, Throwable failure) {
        var headers = message.headers();
        var traceId = Call.traceIdOf(headers);
        var refusal = failure instanceof Problem problem ? problem : Outage.problem(failure);
        if (refusal == null) {
            LOG.atError()
                    .addKeyValue("op", headers.get(BusHeaders.OPERATION))
                    .addKeyValue("request", headers.get(BusHeaders.REQUEST_ID))
                    .setCause(failure)
                    .log("an operation failed");
            refusal = new Problem(
                    Problem.Kind.BUG,
                    "internal-error",
                    "Something went wrong on our side. It has been logged under the trace id.",
                    List.of());
        }
        if (refusal.kind() == Problem.Kind.FORBIDDEN) SecurityEvents.accessDenied(SecurityEvents.Origin.of(headers));
        return Answer.problem(refusal, path(headers.get(BusHeaders.URI)), traceId);
    }

    private static String path(String uri) {
        return uri == null || uri.indexOf('?') < 0 ? uri : uri.substring(0, uri.indexOf('?'));
    }

    private static Deadline deadline(Message<Buffer> message) {
        var left = message.headers().get(BusHeaders.DEADLINE);
        return Deadline.inMillis(left == null ? DEFAULT_DEADLINE_MILLIS : Long.parseLong(left));
    }

    private static void refuse(Message<Buffer> message, String why) {
        var problem = Problem.unavailable("This instance takes no more work at the moment: " + why + ".", 1);
        var uri = message.headers().get(BusHeaders.URI);
        reply(
                message,
                Answer.problem(problem, uri, Call.traceIdOf(message.headers())).header(BusHeaders.REFUSAL, why));
    }

    private static void reply(Message<Buffer> message, Answer answer) {
        var options = new DeliveryOptions().setHeaders(answer.headers());
        options.addHeader(BusHeaders.STATUS, Integer.toString(answer.status()));
        message.reply(answer.body(), options);
    }

    private void record(Bound bound, Answer answer, long nanos, Message<Buffer> message) {
        var status = answer == null ? 500 : answer.status();
        bound.timers
                .computeIfAbsent(
                        status,
                        s -> Timer.builder("omnibus.operation")
                                .tag("op", bound.operation.id())
                                .tag("status", Integer.toString(s))
                                .register(metrics))
                .record(nanos, TimeUnit.NANOSECONDS);
        // Reads are told at the gateway already; here a line is worth its cost where state may have changed.
        (bound.operation.reads() ? LOG.atDebug() : LOG.atInfo())
                .addKeyValue("op", bound.operation.id())
                .addKeyValue("status", status)
                .addKeyValue("ms", nanos / 1_000_000)
                .addKeyValue("request", message.headers().get(BusHeaders.REQUEST_ID))
                .log("call");
    }
}
