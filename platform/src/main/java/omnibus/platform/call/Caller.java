package omnibus.platform.call;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.circuitbreaker.OpenCircuitException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import omnibus.platform.Problem;
import omnibus.platform.directory.Directory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls: the one place that knows of instances, deadlines, retries and breakers. A call that was certainly not
 * processed (nobody there, draining) is tried on another instance; one whose fate is unknown only if it is safe to
 * repeat and the retry budget allows it. Answers, refusals included, come back as {@link Answer}s; the future fails with
 * a {@link Problem} 503 (absent, breaker open) or 504 (deadline passed, outcome unknown).
 */
public final class Caller {
    private static final Logger LOG = LoggerFactory.getLogger(Caller.class);
    private static final int MAX_TRIES = 3;
    private static final int BREAKER_FAILURES = 20;
    private static final long BREAKER_WINDOW_MILLIS = 5_000;
    private static final long BREAKER_RESET_MILLIS = 1_000;
    private static final long RETRY_AFTER_SECONDS = 1;

    private final Vertx vertx;
    private final Targets targets;
    private final RetryBudget budget = new RetryBudget();
    private final FullServices full = new FullServices(System::nanoTime);
    private final Map<String, CircuitBreaker> breakers = new ConcurrentHashMap<>();
    private final Counter retries;

    public Caller(Vertx vertx, Directory directory, MeterRegistry metrics) {
        this.vertx = vertx;
        this.targets = new Targets(vertx, directory);
        this.retries = metrics.counter("omnibus.calls.retried");
    }

    public Future<Answer> call(Request request) {
        budget.called();
        var breaker = breakers.computeIfAbsent(request.service(), this::breaker);
        return breaker.<Answer>execute(
                        result -> attempt(request, new HashSet<>()).onComplete(result))
                .recover(failure -> Future.failedFuture(toProblem(request, failure)));
    }

    /**
     * The refusal that a call would meet if it were made now, as far as that is known here: nobody there, the breaker
     * open, or no room for a call of this priority a moment ago. For whoever has to take trouble before it can make the
     * call, such as reading a request's body. Empty means that it is worth trying.
     */
    public Optional<Problem> refusalOf(Operation operation) {
        var service = operation.service();
        var breaker = breakers.get(service);
        if (breaker != null && breaker.state() == CircuitBreakerState.OPEN) return Optional.of(unreachable(service));
        if (targets.choose(service, Set.of()).isEmpty()) return Optional.of(unreachable(service));
        return full.isFull(service, operation.priority())
                ? Optional.of(Problem.unavailable(
                        "The " + service
                                + " service has as much to do as it can at the moment. Nothing was done; try again.",
                        RETRY_AFTER_SECONDS))
                : Optional.empty();
    }

    /** Asks one instance, and only it. Used to ask each member of the cluster for its status. */
    public Future<Answer> callInstance(String address, Request request) {
        var target = new Target(address);
        return send(target, request, request.onlyTryMillis())
                .recover(failure -> Future.failedFuture(toProblem(request, failure)));
    }

    private CircuitBreaker breaker(String service) {
        var silences = new Silences();
        return CircuitBreaker.create(
                        "omnibus-" + service,
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(BREAKER_FAILURES)
                                .setFailuresRollingWindow(BREAKER_WINDOW_MILLIS)
                                .setTimeout(-1)
                                .setResetTimeout(BREAKER_RESET_MILLIS)
                                .setNotificationAddress(null))
                // Refusals are answers, and nobody there is no overload: only silence counts, where it is the rule.
                .failurePolicy(result -> silences.isOneOfMany(result.failed() && isSilence(result.cause())))
                .openHandler(opened -> LOG.warn("the breaker for {} is open: its calls fail at once", service))
                .closeHandler(closed -> LOG.info("the breaker for {} is closed again", service));
    }

    private Future<Answer> attempt(Request request, Set<Target> tried) {
        if (request.deadline().passed()) return Future.failedFuture(Problem.deadlinePassed());
        Optional<Target> chosen = targets.choose(request.service(), tried);
        if (chosen.isEmpty()) return Future.failedFuture(new Absent(request.service()));
        var target = chosen.get();
        var tryMillis =
                targets.hasOther(request.service(), tried, target) ? request.tryMillis() : request.onlyTryMillis();
        return send(target, request, tryMillis)
                .compose(answer -> accept(answer, request, tried, target))
                .recover(failure -> tryElsewhere(failure, request, tried, target));
    }

    private Future<Answer> accept(Answer answer, Request request, Set<Target> tried, Target target) {
        var refusal = answer.headers().get(BusHeaders.REFUSAL);
        if (refusal == null) return Future.succeededFuture(answer);
        answer.headers().remove(BusHeaders.REFUSAL);
        if (refusal.equals(BusHeaders.SILENT)) return Future.failedFuture(new StoreSilent(answer.asProblem()));
        tried.add(target);
        return attempt(request, tried).recover(alsoFailed -> {
            if (refusal.equals(BusHeaders.BUSY)) full.refused(request.service(), request.priority());
            return Future.succeededFuture(answer);
        });
    }

    private Future<Answer> tryElsewhere(Throwable failure, Request request, Set<Target> tried, Target target) {
        if (failure instanceof Problem || failure instanceof Absent || tried.contains(target)) {
            return Future.failedFuture(failure);
        }
        var notProcessed = isNobodyThere(failure);
        if (notProcessed || isSilence(failure)) targets.setAside(target);
        tried.add(target);
        if (tried.size() >= MAX_TRIES || !(notProcessed || (request.isRetrySafe() && budget.take()))) {
            return Future.failedFuture(failure);
        }
        retries.increment();
        return attempt(request, tried).recover(next -> Future.failedFuture(next instanceof Absent ? failure : next));
    }

    private Future<Answer> send(Target target, Request request, long tryMillis) {
        var millis = Math.max(1, Math.min(tryMillis, request.deadline().remainingMillis()));
        var options = new DeliveryOptions().setSendTimeout(millis).setHeaders(request.headers());
        options.getHeaders().set(BusHeaders.DEADLINE, Long.toString(millis));
        Promise<Message<Buffer>> reply = Promise.promise();
        target.begin(reply);
        vertx.eventBus()
                .<Buffer>request(target.address, request.bytes(), options)
                .onComplete(done -> {
                    if (done.succeeded()) reply.tryComplete(done.result());
                    else reply.tryFail(done.cause());
                });
        return reply.future().onComplete(done -> target.end(reply)).map(Answer::of);
    }

    private static boolean isNobodyThere(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
    }

    private static boolean isSilence(Throwable failure) {
        return failure instanceof Targets.Departed
                || failure instanceof StoreSilent
                || (failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT);
    }

    private static Problem toProblem(Request request, Throwable failure) {
        if (failure instanceof Problem problem) return problem;
        if (failure instanceof StoreSilent silent) return silent.refusal;
        if (failure instanceof Absent || failure instanceof OpenCircuitException || isNobodyThere(failure)) {
            return unreachable(request.service());
        }
        if (isSilence(failure)) return Problem.deadlinePassed();
        LOG.error("a call of {} failed on the bus", request.operation(), failure);
        return Problem.deadlinePassed();
    }

    private static Problem unreachable(String service) {
        return Problem.unavailable(
                "The " + service + " service cannot be reached at the moment. Nothing was done; try again.",
                RETRY_AFTER_SECONDS);
    }

    /** No instance of the service is known, or none is left to try. */
    private static final class Absent extends RuntimeException {
        private static final long serialVersionUID = 1;

        Absent(String service) {
            super("no instance of " + service + " is left to try", null, false, false);
        }
    }

    /** The instance is there, its store says nothing: silence for breaker and retries, but a read's outcome is known. */
    private static final class StoreSilent extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem refusal;

        StoreSilent(Problem refusal) {
            super(refusal.getMessage(), null, false, false);
            this.refusal = refusal;
        }
    }
}
