package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;

/**
 * The way of a request from its head to its call. The checks come in the order in which clients may rely on them: the
 * route (404, 405), the size (413), who asks (401), whether they may (403), how often (429), the kind of body (415),
 * whether the service can take it now (503), before a body is read for nothing; the rest is the service's to say.
 */
final class Dispatch {
    private static final int NO_CONTENT = 204;

    private final Contracts contracts;
    private final Pages pages;
    private final Bridge bridge;
    private final Admission admission;
    private final Upstream upstream;

    Dispatch(Contracts contracts, Pages pages, Bridge bridge, Admission admission, Upstream upstream) {
        this.contracts = contracts;
        this.pages = pages;
        this.bridge = bridge;
        this.admission = admission;
        this.upstream = upstream;
    }

    void handle(Exchange exchange) {
        try {
            RequestHead.check(exchange);
            route(exchange);
        } catch (RuntimeException refusalOrBug) {
            countRead(exchange, () -> exchange.refuse(refusalOrBug));
        }
    }

    /** What is no call of an operation, like a page, a path that there is not or a bad head, counts as one read of this address. */
    private void countRead(Exchange exchange, Runnable answer) {
        var counted = admission.admitReader(exchange.clientAddress());
        then(exchange, counted, () -> {
            var standing = counted.result();
            exchange.standing(standing);
            if (standing == null || standing.admitted()) answer.run();
            else exchange.refuse(standing.refusal());
        });
    }

    private void route(Exchange exchange) {
        var request = exchange.request();
        // The gateway's own pages come first: no contract may put another in their place.
        var page = pages.find(exchange);
        if (page.isPresent()) {
            countRead(exchange, () -> exchange.answerShared(page.get()));
            return;
        }
        if (bridge.answers(exchange)) return;
        if (SockJs.isInfo(request.path())) {
            if (!request.method().equals(HttpMethod.GET)) throw methodNotAllowed("GET");
            countRead(exchange, () -> exchange.answer(SockJs.info()));
            return;
        }
        var found = contracts.table().find(request.path());
        if (found == null) throw Problem.notFound();
        var resource = found.resource();
        if (request.method().equals(HttpMethod.OPTIONS)) {
            var options = Answer.of(NO_CONTENT, Buffer.buffer(), null).header("Allow", resource.allow());
            exchange.origins().addPreflight(options.headers(), request.headers(), resource.allow(), resource.headers());
            countRead(exchange, () -> exchange.answer(options));
            return;
        }
        var route = resource.route(request.method().name());
        if (route == null) throw methodNotAllowed(resource.allow());
        exchange.route(route);
        if (!route.operation().batched()
                && RequestHead.announcesMoreThan(BodyReader.maxBytes(route.operation()), exchange)) {
            countRead(exchange, () -> refuseTooLarge(exchange));
            return;
        }
        var admitted =
                admission.admit(route, request.headers().get(HttpHeaders.AUTHORIZATION), exchange.clientAddress());
        then(exchange, admitted, () -> admit(exchange, found.values(), admitted.result()));
    }

    static Problem methodNotAllowed(String allow) {
        return new Problem(
                        Problem.Kind.METHOD_NOT_ALLOWED,
                        "method-not-allowed",
                        "This resource knows " + allow + ".",
                        List.of())
                .header("Allow", allow);
    }

    /** Goes on at once where it can. While something is asked, the body must not run past us. */
    static void then(Exchange exchange, Future<?> asked, Runnable next) {
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

    private void admit(Exchange exchange, List<String> pathValues, Admission.Outcome outcome) {
        exchange.identity(outcome.identity());
        exchange.standing(outcome.standing());
        try {
            if (outcome.refusal() != null) {
                refuse(exchange, outcome.refusal());
                return;
            }
            var operation = exchange.route().operation();
            var announced = operation.batched() ? exchange.hasBody() : RequestHead.tellsOfBody(exchange);
            RequestHead.checkMediaType(operation, exchange.request().headers(), announced);
        } catch (Problem refusal) {
            refuse(exchange, refusal);
            return;
        }
        readBody(exchange, exchange.ask(pathValues));
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
        var most = BodyReader.maxBytes(exchange.route().operation()) / 1024;
        exchange.refuse(new Problem(
                Problem.Kind.TOO_LARGE, "body-too-large", "This body may have " + most + " KiB at most.", List.of()));
    }

    private void readBody(Exchange exchange, Ask ask) {
        var operation = ask.operation();
        if (!exchange.hasBody()) {
            call(exchange, ask, Buffer.buffer());
            return;
        }
        var unwanted = upstream.refusalOf(exchange.route());
        if (unwanted.isPresent()) {
            if (RequestHead.awaitsContinue(exchange)) exchange.closeAfter();
            exchange.refuse(unwanted.get());
            return;
        }
        if (RequestHead.awaitsContinue(exchange)) exchange.request().response().writeContinue();
        if (operation.batched()) {
            new BatchedUpload(exchange, batch -> upstream.answer(ask, batch)).start();
        } else if (operation.takesBody()) {
            BodyReader.read(exchange, body -> call(exchange, ask, body), () -> refuseTooLarge(exchange));
        } else {
            BodyReader.measure(exchange, () -> call(exchange, ask, Buffer.buffer()), () -> refuseTooLarge(exchange));
        }
    }

    private void call(Exchange exchange, Ask ask, Buffer body) {
        try {
            if (body.length() > 0) RequestHead.checkMediaType(ask.operation(), ask.headers(), true);
            upstream.answer(ask, body).onComplete(exchange::answer, exchange::refuse);
        } catch (RuntimeException refusalOrBug) {
            exchange.refuse(refusalOrBug);
        }
    }
}
