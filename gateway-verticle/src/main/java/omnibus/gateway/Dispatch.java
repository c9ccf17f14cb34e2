package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;

/**
 * The way of a request from its head to its call. The checks come in the order in which clients may rely on them: the
 * route (404, 405), the size (413), who asks (401), whether they may (403), how often (429), the kind of body (415);
 * the rest is the service's to say.
 */
final class Dispatch {
    private static final int NO_CONTENT = 204;

    private final Contracts contracts;
    private final Pages pages;
    private final AccessTokens tokens;
    private final Limits limits;
    private final EdgeCache edge;
    private final Caller caller;
    private final Waiting waiting;
    private final Duration deadline;
    private final Own own;

    /** Asks this gateway's own operations. */
    interface Own {
        Future<Answer> call(Request request);
    }

    /** {@code limits} may be null: then nobody is limited. */
    Dispatch(
            Contracts contracts,
            Pages pages,
            AccessTokens tokens,
            Limits limits,
            EdgeCache edge,
            Caller caller,
            Duration deadline,
            Own own) {
        this.contracts = contracts;
        this.pages = pages;
        this.tokens = tokens;
        this.limits = limits;
        this.edge = edge;
        this.caller = caller;
        this.waiting = new Waiting(caller);
        this.deadline = deadline;
        this.own = own;
    }

    void handle(Exchange exchange) {
        try {
            RequestHead.check(exchange);
            route(exchange);
        } catch (RuntimeException refusalOrBug) {
            exchange.refuse(refusalOrBug);
        }
    }

    private void route(Exchange exchange) {
        var request = exchange.request();
        // The gateway's own pages come first: no contract may put another in their place.
        var page = pages.find(exchange);
        if (page.isPresent()) {
            exchange.answer(page.get());
            return;
        }
        var found = contracts.table().find(request.path());
        if (found == null) throw Problem.notFound();
        var resource = found.resource();
        if (request.method().equals(HttpMethod.OPTIONS)) {
            var options = Answer.of(NO_CONTENT, Buffer.buffer(), null).header("Allow", resource.allow());
            exchange.origins().addPreflight(options.headers(), request.headers(), resource.allow());
            exchange.answer(options);
            return;
        }
        var route = resource.route(request.method().name());
        if (route == null) throw methodNotAllowed(resource.allow());
        exchange.route(route);
        if (!route.operation().batched() && RequestHead.announcesMoreThan(BodyReader.MAX_BYTES, exchange)) {
            refuseTooLarge(exchange);
            return;
        }
        identify(exchange, found.values());
    }

    static Problem methodNotAllowed(String allow) {
        return new Problem(
                        Problem.Kind.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "This resource knows " + allow + ".",
                        List.of())
                .header("Allow", allow);
    }

    private void identify(Exchange exchange, List<String> pathValues) {
        var identified = tokens.identify(exchange.request().headers().get(HttpHeaders.AUTHORIZATION));
        then(exchange, identified, () -> count(exchange, pathValues, identified));
    }

    private void count(Exchange exchange, List<String> pathValues, Future<Identity> identified) {
        if (identified.succeeded()) exchange.identity(identified.result());
        var counted = count(exchange);
        then(exchange, counted, () -> admit(exchange, pathValues, identified, counted));
    }

    private Future<Limits.Standing> count(Exchange exchange) {
        var operation = exchange.route().operation();
        // A provider sends all its webhooks from few addresses, and proves by signature who it is.
        var unlimited = limits == null || exchange.route().isOwn() || operation.rawBody();
        return unlimited
                ? Future.succeededFuture()
                : limits.count(operation, exchange.identity(), exchange.clientAddress(), System.nanoTime());
    }

    /** Goes on at once where it can. While something is asked, the body must not run past us. */
    private static void then(Exchange exchange, Future<?> asked, Runnable next) {
        if (asked.isComplete()) {
            next.run();
            return;
        }
        exchange.request().pause();
        asked.onComplete(later -> {
            if (exchange.isOver()) return;
            if (!exchange.hasBody()) exchange.request().resume();
            try {
                next.run();
            } catch (RuntimeException refusalOrBug) {
                refuse(exchange, refusalOrBug);
            }
        });
    }

    private void admit(
            Exchange exchange, List<String> pathValues, Future<Identity> identified, Future<Limits.Standing> counted) {
        var standing = counted.result();
        try {
            exchange.standing(standing);
            if (standing != null && !standing.admitted()) throw standing.refusal();
            if (identified.failed()) {
                refuse(exchange, identified.cause());
                return;
            }
            authorize(exchange);
            RequestHead.checkMediaType(exchange);
        } catch (Problem refusal) {
            refuse(exchange, refusal);
            return;
        }
        readBody(exchange, pathValues);
    }

    private static void authorize(Exchange exchange) {
        var access = exchange.route().operation().access();
        if (access.anonymous() && access.roles().isEmpty()) return;
        exchange.identity().requireUser();
        if (!exchange.identity().roles().containsAll(access.roles())) {
            throw Problem.forbidden("This needs the role " + String.join(", ", access.roles()) + ".");
        }
    }

    /** The size outranks what else is wrong, and of a chunked body it is known only when it has been read. */
    private static void refuse(Exchange exchange, Throwable refusal) {
        var chunked = exchange.hasBody() && !exchange.request().headers().contains(HttpHeaders.CONTENT_LENGTH);
        if (chunked && !exchange.route().operation().batched() && !RequestHead.awaitsContinue(exchange)) {
            BodyReader.measure(exchange, () -> exchange.refuse(refusal), () -> refuseTooLarge(exchange));
            return;
        }
        if (RequestHead.awaitsContinue(exchange)) exchange.closeAfter();
        exchange.refuse(refusal);
    }

    private static void refuseTooLarge(Exchange exchange) {
        exchange.closeAfter();
        exchange.refuse(new Problem(
                Problem.Kind.TOO_LARGE, "body-too-large", "A request body may have 1 MiB at most.", List.of()));
    }

    private void readBody(Exchange exchange, List<String> pathValues) {
        var operation = exchange.route().operation();
        if (!exchange.hasBody()) {
            call(exchange, pathValues, Buffer.buffer());
            return;
        }
        if (RequestHead.awaitsContinue(exchange)) exchange.request().response().writeContinue();
        if (operation.batched()) {
            new BatchedUpload(exchange, batch -> send(exchange, pathValues, batch)).start();
        } else if (operation.takesBody()) {
            BodyReader.read(exchange, body -> call(exchange, pathValues, body), () -> refuseTooLarge(exchange));
        } else {
            BodyReader.measure(
                    exchange, () -> call(exchange, pathValues, Buffer.buffer()), () -> refuseTooLarge(exchange));
        }
    }

    private Future<Answer> send(Exchange exchange, List<String> pathValues, LineBatches.Batch batch) {
        var call = Envelope.of(exchange, pathValues, batch.bytes(), deadline)
                .header("first-line", Long.toString(batch.firstLine()));
        return send(exchange, call)
                .onComplete(done -> edge.changed(exchange.route().operation().service()));
    }

    private Future<Answer> send(Exchange exchange, Request call) {
        return exchange.route().isOwn() ? own.call(call) : caller.call(call);
    }

    private void call(Exchange exchange, List<String> pathValues, Buffer body) {
        try {
            answer(exchange, pathValues, body).onComplete(exchange::answer, exchange::refuse);
        } catch (RuntimeException refusalOrBug) {
            exchange.refuse(refusalOrBug);
        }
    }

    private Future<Answer> answer(Exchange exchange, List<String> pathValues, Buffer body) {
        var operation = exchange.route().operation();
        if (operation.cache() != null) {
            return edge.answer(exchange, () -> send(exchange, Envelope.forAll(exchange, pathValues, deadline)));
        }
        var answered = send(exchange, Envelope.of(exchange, pathValues, body, deadline));
        if (operation.reads()) return answered;
        return answered.onComplete(done -> edge.changed(operation.service()))
                .compose(answer -> waiting.await(exchange, answer));
    }
}
