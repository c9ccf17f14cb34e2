package omnibus.payment;

import io.vertx.core.Future;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import omnibus.payment.Till.Wanted;
import omnibus.platform.call.Answer;

/** How many orders a second are authorized and captured, provider, client and database on the same machine. */
final class PaymentBench {
    private static final int BATCH = 20;
    private static final int AT_ONCE = 6;

    private PaymentBench() {}

    public static void main(String[] args) {
        try (var till = new Till()) {
            for (var round = 0; round < 8; round++) round(till, 400);
        }
        System.exit(0);
    }

    private static void round(Till till, int orders) {
        var batches = IntStream.range(0, orders / BATCH)
                .mapToObj(i ->
                        IntStream.range(0, BATCH).mapToObj(k -> till.anOrder()).toList())
                .toList();
        var started = System.nanoTime();
        var cpu = cpuMillis();
        var lanes = new ArrayList<Future<Void>>();
        for (var lane = 0; lane < AT_ONCE; lane++) lanes.add(drive(till, batches, lane));
        till.all(lanes);
        var captured = "select count(*) from payment where status = 'CAPTURED'";
        till.shop.eventually(() -> till.number(captured) % orders == 0);
        var millis = (System.nanoTime() - started) / 1_000_000;
        var out = new StringBuilder();
        out.append(orders * 1_000L / millis).append(" orders/s, ");
        out.append((cpuMillis() - cpu) * 1_000 / orders).append(" us CPU an order in this JVM");
        System.err.println(out);
    }

    private static Future<Void> drive(Till till, List<List<Wanted>> batches, int index) {
        if (index >= batches.size()) return Future.succeededFuture();
        var orders = Map.of("orders", batches.get(index));
        return call(till, "payment.authorizePayments", orders)
                .compose(done -> capture(till, orders))
                .compose(done -> drive(till, batches, index + AT_ONCE));
    }

    /** Until all are taken, as the saga does. */
    private static Future<Answer> capture(Till till, Object orders) {
        return call(till, "payment.capturePayments", orders)
                .compose(answer -> answer.body().toString().contains("\"pending\"")
                        ? capture(till, orders)
                        : Future.succeededFuture(answer));
    }

    private static Future<Answer> call(Till till, String operation, Object body) {
        return till.shop
                .platform()
                .caller()
                .call(Till.write(operation).tryFor(9_000).body(body));
    }

    private static long cpuMillis() {
        var bean = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return TimeUnit.NANOSECONDS.toMillis(bean.getProcessCpuTime());
    }
}
