package omnibus.order;

import io.vertx.core.Future;
import java.util.UUID;
import omnibus.order.model.ShippingAddress;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Call;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Request;

/** Reads an address out of the buyer's address book. */
final class UserClient {
    private record ReadAddress(UUID userId, UUID addressId) {}

    private final Caller caller;

    UserClient(Caller caller) {
        this.caller = caller;
    }

    /** Throws {@link Problem} 404 {@code unknown-address}. */
    Future<ShippingAddress> address(Call call, UUID userId, UUID addressId) {
        var request =
                Request.read("user.readAddress", call.deadline()).from(call).body(new ReadAddress(userId, addressId));
        return caller.call(request).map(answer -> {
            if (answer.status() == Problem.Kind.NOT_FOUND.status()) {
                throw Problem.notFound(
                        "unknown-address",
                        "Your account has no address of this id.",
                        Fault.at("/addressId", "names no address of yours"));
            }
            return answer.as(ShippingAddress.class);
        });
    }
}
