package omnibus.gateway;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    private final List<LoggedEvent> events = new ArrayList<>();
    final AtomicInteger reads = new AtomicInteger();
    /** Builds before the one that knows of users told everyone's events. */
    volatile boolean ofOlderBuild;

    final AtomicInteger readsOfUser = new AtomicInteger();
    final Set<String> usersRead = ConcurrentHashMap.newKeySet();
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
            if (user != null) {
                readsOfUser.incrementAndGet();
                usersRead.add(user);
            }
            var behind = after(after);
            var page = behind.stream()
                    .filter(it -> user == null || ofOlderBuild || isOf(user, it))
                    .limit(limit)
                    .toList();
            var answer = Answer.ok(new EventPage(service + "-log", page, (long) after + behind.size()));
            return user == null ? Future.succeededFuture(answer) : held.map(answer);
        });
    }

    private static boolean isOf(String user, LoggedEvent logged) {
        return user.equals(logged.event().data().path("userId").asText());
    }

    private synchronized List<LoggedEvent> after(int position) {
        return List.copyOf(events.subList(Math.min(position, events.size()), events.size()));
    }

    synchronized void append(String type, String aggregate, Map<String, Object> data) {
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
