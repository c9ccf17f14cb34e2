package omnibus.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.http.HttpHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Conditional;
import omnibus.platform.call.Operation;
import omnibus.platform.events.Doorbell;

/**
 * Answers that are the same for everybody, kept for as long as their contract allows: a shared cache after RFC 9111. What
 * is asked for by many at once is asked for once. A ring of the service's doorbell, or a write that went through this
 * gateway, ends the life of everything kept of that service; a lost ring costs the few seconds of the contract. While the
 * service is away, what is kept is shown for longer. Lives on one event loop.
 */
final class EdgeCache {
    static final CharSequence STATUS = HttpHeaders.createOptimized("Cache-Status");
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final int MAX_ANSWER_BYTES = 256 * 1024;
    private static final int ENTRY_BYTES = 512;
    private static final long SECOND = 1_000_000_000L;
    /** How long a service may be silent before what is kept is shown in its place, unless there is news of it. */
    private static final long PATIENCE_MILLIS = 1_000;

    /** An answer, and at which count of its service's news it was asked for. */
    private static final class Kept {
        private final String key;
        private final Answer answer;
        private final long news;
        private final long askedAt;
        private Buffer packed;

        Kept(String key, Answer answer, long news, long askedAt) {
            this.key = key;
            this.answer = answer;
            this.news = news;
            this.askedAt = askedAt;
        }

        long ageSeconds(long now) {
            return (now - askedAt) / SECOND;
        }

        int bytes() {
            return ENTRY_BYTES + 2 * key.length() + answer.body().length() + (packed == null ? 0 : packed.length());
        }
    }

    private record Flight(Future<Answer> answer, long news) {}

    private final Vertx vertx;
    private final MeterRegistry metrics;
    private final Map<String, Kept> kept = new LinkedHashMap<>(256, 0.75f, true);
    private final Map<String, Flight> flights = new HashMap<>();
    private final Map<String, Long> news = new HashMap<>();
    private final List<MessageConsumer<?>> doorbells = new ArrayList<>();
    private int bytes;

    EdgeCache(Vertx vertx, MeterRegistry metrics) {
        this.vertx = vertx;
        this.metrics = metrics;
    }

    /** The answer to a read: kept, under way already, or asked for now. */
    Future<Answer> answer(Ask ask, Supplier<Future<Answer>> send) {
        var operation = ask.operation();
        var request = ask.headers();
        var key = operation.id() + ' ' + ask.uri();
        var now = System.nanoTime();
        var found = kept.get(key);
        if (found != null && !wantsItFresh(request) && isFresh(found, operation, now)) {
            return Future.succeededFuture(shown(found, request, "hit", now));
        }
        var answer = ask(key, operation, request, send);
        var inTime = found != null && mayStandIn(found, operation, now) && isNewest(found, operation)
                ? answer.timeout(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                : answer;
        return inTime.transform(answered -> {
            var known = kept.get(key);
            if (answered.succeeded() && !isAway(answered.result())) {
                var isKept = known != null && known.answer == answered.result();
                return Future.succeededFuture(isKept ? told(known, request, "fwd=miss") : answered.result());
            }
            var later = System.nanoTime();
            return known != null && mayStandIn(known, operation, later)
                    ? Future.succeededFuture(shown(known, request, "hit; fwd=stale; detail=away", later))
                    : answer;
        });
    }

    private static boolean mayStandIn(Kept found, Operation operation, long now) {
        return found.ageSeconds(now) <= operation.cache().staleSeconds();
    }

    /** A client that reloads a page wants to see what is there now (RFC 9111, section 5.2.1). */
    private static boolean wantsItFresh(MultiMap request) {
        return says(request, "no-cache") || says(request, "max-age=0");
    }

    private static boolean says(MultiMap headers, String directive) {
        return headers.getAll(HttpHeaders.CACHE_CONTROL).stream()
                .flatMap(value -> Stream.of(value.split(",")))
                .anyMatch(one -> one.strip().equalsIgnoreCase(directive));
    }

    /** Nothing was heard since that could have changed it. */
    private boolean isNewest(Kept found, Operation operation) {
        return found.news == newsOf(operation.service());
    }

    private boolean isFresh(Kept found, Operation operation, long now) {
        return isNewest(found, operation)
                && now - found.askedAt < operation.cache().seconds() * SECOND;
    }

    private Future<Answer> ask(String key, Operation operation, MultiMap request, Supplier<Future<Answer>> send) {
        var current = newsOf(operation.service());
        var flight = flights.get(key);
        if (flight != null && flight.news == current && !wantsItFresh(request)) {
            metrics.counter("omnibus.edge.collapsed").increment();
            return flight.answer;
        }
        var askedAt = System.nanoTime();
        var asked = send.get();
        var begun = new Flight(asked, current);
        flights.put(key, begun);
        return asked.onComplete(answered -> {
            flights.remove(key, begun);
            if (answered.failed() || answered.result().status() >= Problem.Kind.BUG.status()) return;
            // Somebody has asked later and has been answered before: that counts.
            var known = kept.get(key);
            if (known != null && known.askedAt > askedAt) return;
            if (mayKeep(answered.result())) keep(new Kept(key, answered.result(), current, askedAt));
            else drop(key);
        });
    }

    private static boolean mayKeep(Answer answer) {
        return answer.status() == 200
                && !says(answer.headers(), "no-store")
                && !says(answer.headers(), "private")
                && !answer.headers().contains(HttpHeaders.VARY)
                && !answer.headers().contains(HttpHeaders.SET_COOKIE)
                && answer.body().length() <= MAX_ANSWER_BYTES;
    }

    private static boolean isAway(Answer answer) {
        return answer.status() == Problem.Kind.UNAVAILABLE.status()
                || answer.status() == Problem.Kind.DEADLINE_PASSED.status();
    }

    private void keep(Kept answer) {
        drop(answer.key);
        kept.put(answer.key, answer);
        bytes += answer.bytes();
        makeRoom();
    }

    private void makeRoom() {
        var eldest = kept.entrySet().iterator();
        while (bytes > MAX_BYTES && eldest.hasNext()) {
            bytes -= eldest.next().getValue().bytes();
            eldest.remove();
        }
    }

    /** What is not there any more is not to be shown as stale either. */
    private void drop(String key) {
        var before = kept.remove(key);
        if (before != null) bytes -= before.bytes();
    }

    private Answer shown(Kept found, MultiMap request, String how, long now) {
        metrics.counter("omnibus.edge.hits").increment();
        return told(found, request, how).header("Age", Long.toString(found.ageSeconds(now)));
    }

    /** A copy with how it came about (RFC 9211), or a 304: the kept one is everybody's. */
    private Answer told(Kept found, MultiMap request, String how) {
        var answer = found.answer;
        var copy =
                new Answer(answer.status(), MultiMap.caseInsensitiveMultiMap().addAll(answer.headers()), answer.body());
        var asKnown = Conditional.unlessKnown(Compression.plainTags(request.get(HttpHeaders.IF_NONE_MATCH)), copy);
        return Compression.apply(asKnown, request, () -> packed(found)).header(STATUS.toString(), "omnibus; " + how);
    }

    /** In gzip, packed once for all who take it so. */
    private Buffer packed(Kept found) {
        if (found.packed != null) return found.packed;
        boolean counted = kept.get(found.key) == found;
        found.packed = Compression.pack(found.answer.body());
        metrics.counter("omnibus.edge.packed").increment();
        if (counted) bytes += found.packed.length();
        makeRoom();
        return found.packed;
    }

    private long newsOf(String service) {
        var count = news.get(service);
        if (count != null) return count;
        news.put(service, 0L);
        doorbells.add(Doorbell.listen(vertx, service, () -> changed(service)));
        return 0;
    }

    /** Something of this service is not what it was: nothing kept of it counts any more, other than as stale. */
    void changed(String service) {
        news.computeIfPresent(service, (name, count) -> count + 1);
    }

    void close() {
        doorbells.forEach(MessageConsumer::unregister);
    }
}
