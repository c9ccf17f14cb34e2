package omnibus.system;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;

/** How the tests buy things. */
final class Buying {
    static final Map<String, Object> ADDRESS = Map.of(
            "name", "Ada Test", "line1", "1 Main Street", "city", "Berlin", "postalCode", "10115", "country", "DE");

    private static final Set<Integer> BUSY = Set.of(503, 504);
    private static final int MOST_TRIES = 10;

    private Buying() {}

    static Map<String, Object> line(String sku, int quantity) {
        return Map.of("sku", sku, "quantity", quantity);
    }

    static Map<String, Object> orderOf(Object... lines) {
        return Map.of("items", List.of(lines), "shippingAddress", ADDRESS, "paymentMethod", "pm_card_visa");
    }

    /** Places an order and waits for its end; as a good client does, repeats what was not taken, with the same key. */
    static Reply buy(ShopClient who, Map<String, Object> order) {
        var key = UUID.randomUUID().toString();
        var reply = who.post("/api/v1/orders", order, "Idempotency-Key", key, "Prefer", "wait=10");
        for (var tries = 1; BUSY.contains(reply.status()) && tries < MOST_TRIES; tries++) {
            LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            reply = who.post("/api/v1/orders", order, "Idempotency-Key", key, "Prefer", "wait=10");
        }
        return reply;
    }

    static Reply checkOut(ShopClient who, String paymentMethod) {
        return who.post(
                "/api/v1/checkout",
                Map.of("shippingAddress", ADDRESS, "paymentMethod", paymentMethod),
                "Idempotency-Key",
                UUID.randomUUID().toString(),
                "Prefer",
                "wait=10");
    }

    /** Runs all of them at the same moment, each on a thread of its own, and returns what each came to. */
    static <T> List<T> atOnce(List<Callable<T>> tasks) {
        var pool = Executors.newFixedThreadPool(tasks.size());
        var start = new CyclicBarrier(tasks.size());
        try {
            var results = new ArrayList<T>();
            var futures = tasks.stream()
                    .map(task -> pool.submit(() -> {
                        start.await();
                        return task.call();
                    }))
                    .toList();
            for (var future : futures) results.add(future.get());
            return results;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            pool.shutdownNow();
        }
    }
}
