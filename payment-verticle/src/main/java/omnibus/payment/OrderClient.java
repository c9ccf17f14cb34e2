package omnibus.payment;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.payment.model.SagaStanding;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Request;

/** Asks the order service how far orders have come. */
final class OrderClient {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private record Orders(Collection<UUID> orderIds) {}

    private record Standing(UUID orderId, String standing) {}

    private record Standings(List<Standing> standings) {}

    private final Caller caller;

    OrderClient(Caller caller) {
        this.caller = caller;
    }

    /** By order; one that is unknown there is absent. A word that a later version uses says that nothing is over. */
    Future<Map<UUID, SagaStanding>> standings(Collection<UUID> orderIds) {
        if (orderIds.isEmpty()) return Future.succeededFuture(Map.of());
        var request = Request.read("order.readStandings", Deadline.in(PATIENCE)).body(new Orders(orderIds));
        return caller.call(request).map(answer -> {
            var known = new HashMap<UUID, SagaStanding>();
            for (var one : answer.as(Standings.class).standings()) {
                var standing = Arrays.stream(SagaStanding.values())
                        .filter(word -> word.name().equals(one.standing()))
                        .findFirst();
                known.put(one.orderId(), standing.orElse(SagaStanding.OPEN));
            }
            return known;
        });
    }
}
