package omnibus.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line and one measurement per call. What a client sent appears in neither, beside the name of its operation. */
final class CallLog {
    private static final Logger LOG = LoggerFactory.getLogger("omnibus.access");

    private record Kind(String operation, int status) {}

    private final MeterRegistry metrics;
    private final Map<Kind, Timer> timers = new HashMap<>();

    CallLog(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    void answered(String operation, int status, long nanos, String requestId, String traceparent) {
        timers.computeIfAbsent(new Kind(operation, status), this::timer).record(nanos, TimeUnit.NANOSECONDS);
        var line = LOG.atInfo()
                .addKeyValue("op", operation)
                .addKeyValue("status", status)
                .addKeyValue("ms", nanos / 1_000_000)
                .addKeyValue("request", requestId);
        // A trace that began here has the request's id.
        var trace = TraceIds.traceIdOf(traceparent);
        if (!trace.equals(requestId)) line = line.addKeyValue("trace", trace);
        line.log("answered");
    }

    private Timer timer(Kind kind) {
        return Timer.builder("omnibus.http")
                .tag("op", kind.operation)
                .tag("status", Integer.toString(kind.status))
                .register(metrics);
    }
}
