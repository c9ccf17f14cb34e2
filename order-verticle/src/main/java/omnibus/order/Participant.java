package omnibus.order;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.order.model.Outcome;
import omnibus.order.model.Saga;

/** A service that takes part in the saga: told a command for many orders in one message, it answers for each of them. */
interface Participant {
    /** Fails as a whole only when the message found nobody, got no answer or made no sense. */
    Future<Map<UUID, Outcome>> send(String command, List<Saga> sagas);
}
