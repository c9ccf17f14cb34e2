package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Optional;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Request;

/** The way from an admitted question to its answer: kept at the edge, asked of a service, or waited for. */
final class Upstream {
    private final Caller caller;
    private final EdgeCache edge;
    private final Waiting waiting;
    private final Duration deadline;
    private final Own own;

    /** Asks this gateway's own operations. */
    interface Own {
        Future<Answer> call(Request request);
    }

    Upstream(Caller caller, EdgeCache edge, Duration deadline, Own own) {
        this.caller = caller;
        this.edge = edge;
        this.waiting = new Waiting(caller);
        this.deadline = deadline;
        this.own = own;
    }

    /** What a call for this route would be refused with now, as far as that is known before it is made. */
    Optional<Problem> refusalOf(Route route) {
        return route.isOwn() ? Optional.empty() : caller.refusalOf(route.operation());
    }

    /** Fails with a {@link Problem} where the service cannot be asked or does not answer in time. */
    Future<Answer> answer(Ask ask, Buffer body) {
        var operation = ask.operation();
        if (operation.cache() != null) {
            return edge.answer(ask, () -> send(ask, Envelope.forAll(ask, deadline)));
        }
        var answered = send(ask, Envelope.of(ask, body, deadline));
        if (operation.reads()) return answered;
        return answered.onComplete(done -> edge.changed(operation.service()))
                .compose(answer -> waiting.await(ask, answer));
    }

    Future<Answer> answer(Ask ask, LineBatches.Batch batch) {
        var call = Envelope.of(ask, batch.bytes(), deadline).header("first-line", Long.toString(batch.firstLine()));
        return send(ask, call).onComplete(done -> edge.changed(ask.operation().service()));
    }

    private Future<Answer> send(Ask ask, Request call) {
        return ask.route().isOwn() ? own.call(call) : caller.call(call);
    }
}
