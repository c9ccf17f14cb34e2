package omnibus.gateway;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.events.Doorbell;
import omnibus.platform.events.Event;
import omnibus.platform.events.EventPage;
import omnibus.platform.events.LoggedEvent;
import omnibus.testkit.TestPlatform;

/** The log of a service that is not there otherwise. */
final class FakeLog {
    private final TestPlatform platform;
    private final String service;
    private final List<LoggedEvent> events = new CopyOnWriteArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    /** Builds before the one that knows of users told everyone's events. */
    volatile boolean ofOlderBuild;

    final AtomicInteger readsOfUser = new AtomicInteger();
    /** Until this is done nobody is told the events of one user. */
    volatile Future<Void> held = Future.succeededFuture();
    /** How many times more the events of one user cannot be read. */
    final AtomicInteger refusals = new AtomicInteger();

    FakeLog(TestPlatform platform, String service) {
        this.platform = platform;
        this.service = service;
        platform.answer(service + ".readEvents", call -> {
            reads.incrementAndGet();
            var after = Integer.parseInt(call.query("after"));
            var limit = Integer.parseInt(call.query("limit"));
            var user = call.query("user");
            if (user != null && refusals.getAndDecrement() > 0)
                return Future.failedFuture(Problem.unavailable("The log is away.", 1));
            if (user != null) readsOfUser.incrementAndGet();
            var page = events.stream()
                    .skip(after)
                    .filter(it -> user == null || ofOlderBuild || isOf(user, it))
                    .limit(limit)
                    .toList();
            var answer = Answer.ok(new EventPage(service + "-log", page, events.size()));
            return user == null ? Future.succeededFuture(answer) : held.map(answer);
        });
    }

    private static boolean isOf(String user, LoggedEvent logged) {
        return user.equals(logged.event().data().path("userId").asText());
    }

    void append(String type, String aggregate, Map<String, Object> data) {
        events.add(new LoggedEvent(events.size() + 1L, Event.of(type, aggregate, events.size() + 1L, data)));
    }

    void tell(String type, String aggregate, Map<String, Object> data) {
        append(type, aggregate, data);
        ring();
    }

    void ring() {
        Doorbell.ring(platform.vertx(), service);
    }
}
