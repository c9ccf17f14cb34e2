package omnibus.shopper;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;

/**
 * A closed loop: so many clients, each with one request under way, for so long; or an open one: so many requests a second,
 * whether or not those before them were answered. Runs on one event loop.
 */
final class Load {
    private static final long HIGHEST_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final int DIGITS = 3;
    private static final long PACE_MILLIS = 1;

    /** What one loop gave. Latencies are in microseconds; {@code cpuMicros} per request and process. */
    record Result(
            long requests,
            long failures,
            String firstFailure,
            double perSecond,
            long p50,
            long p99,
            Map<String, Long> cpuMicros) {}

    private static final class Failures {
        private final AtomicLong count = new AtomicLong();
        private final AtomicReference<String> first = new AtomicReference<>();

        void add(Throwable failure) {
            count.incrementAndGet();
            first.compareAndSet(null, String.valueOf(failure.getMessage()));
        }
    }

    private Load() {}

    /** Runs {@code request} in {@code clients} loops for {@code seconds}; a failed future is a failure. */
    static Result run(Vertx vertx, int clients, int seconds, Map<String, Long> pids, Supplier<Future<?>> request) {
        var latencies = new Histogram(HIGHEST_MICROS, DIGITS);
        var failures = new Failures();
        var before = cpu(pids);
        var started = System.nanoTime();
        var until = started + TimeUnit.SECONDS.toNanos(seconds);
        var done = new java.util.concurrent.CountDownLatch(clients);
        vertx.runOnContext(begin -> {
            for (var i = 0; i < clients; i++) {
                Promise<Void> ended = Promise.promise();
                loop(request, until, latencies, failures, ended);
                ended.future().onComplete(end -> done.countDown());
            }
        });
        await(done, seconds);
        var elapsed = (System.nanoTime() - started) / 1e9;
        var count = latencies.getTotalCount();
        var perRequest = new TreeMap<String, Long>();
        var after = cpu(pids);
        after.forEach((name, micros) ->
                perRequest.put(name, count == 0 ? 0 : (micros - before.getOrDefault(name, micros)) / count));
        return new Result(
                count,
                failures.count.get(),
                failures.first.get(),
                count / elapsed,
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                perRequest);
    }

    /** {@code perSecond} requests for {@code seconds}; what one is late counts as its latency. */
    static Result paced(Vertx vertx, int perSecond, int seconds, Supplier<Future<?>> request) {
        var latencies = new Histogram(HIGHEST_MICROS, DIGITS);
        var failures = new Failures();
        var count = perSecond * seconds;
        var done = new java.util.concurrent.CountDownLatch(count);
        var started = System.nanoTime();
        var sent = new AtomicLong();
        vertx.runOnContext(begin -> vertx.setPeriodic(PACE_MILLIS, tick -> {
            for (; sent.get() < count; sent.incrementAndGet()) {
                var due = started + sent.get() * TimeUnit.SECONDS.toNanos(1) / perSecond;
                if (due > System.nanoTime()) return;
                request.get().onComplete(answered -> {
                    if (answered.failed()) failures.add(answered.cause());
                    else latencies.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - due) / 1_000));
                    done.countDown();
                });
            }
            vertx.cancelTimer(tick);
        }));
        await(done, seconds);
        return new Result(
                latencies.getTotalCount(),
                failures.count.get(),
                failures.first.get(),
                latencies.getTotalCount() * 1e9 / (System.nanoTime() - started),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(99),
                Map.of());
    }

    private static void await(java.util.concurrent.CountDownLatch done, int seconds) {
        try {
            if (!done.await(seconds + 60L, TimeUnit.SECONDS))
                throw new IllegalStateException("requests without an answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void loop(
            Supplier<Future<?>> request, long until, Histogram latencies, Failures failures, Promise<Void> ended) {
        var started = System.nanoTime();
        if (started > until) {
            ended.complete();
            return;
        }
        request.get().onComplete(done -> {
            if (done.failed()) failures.add(done.cause());
            else latencies.recordValue(Math.min(HIGHEST_MICROS, (System.nanoTime() - started) / 1_000));
            loop(request, until, latencies, failures, ended);
        });
    }

    /** CPU time used so far, in microseconds. */
    private static Map<String, Long> cpu(Map<String, Long> pids) {
        var used = new HashMap<String, Long>();
        pids.forEach((name, pid) -> ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .ifPresent(cpu -> used.put(name, cpu.toNanos() / 1_000)));
        return used;
    }
}
