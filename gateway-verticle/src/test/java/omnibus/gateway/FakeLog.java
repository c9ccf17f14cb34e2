package omnibus.gateway;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
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

    FakeLog(TestPlatform platform, String service) {
        this.platform = platform;
        this.service = service;
        platform.answer(service + ".readEvents", call -> {
            reads.incrementAndGet();
            var after = Integer.parseInt(call.query("after"));
            var limit = Integer.parseInt(call.query("limit"));
            var page = events.stream().skip(after).limit(limit).toList();
            return Future.succeededFuture(Answer.ok(new EventPage(service + "-log", page, events.size())));
        });
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
