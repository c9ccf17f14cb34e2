package omnibus.user;

import io.vertx.core.Future;
import java.util.UUID;
import omnibus.platform.Problem;
import omnibus.user.model.Address;

/** Address books: what somebody keeps to have things sent to. */
final class Addresses {
    private final AddressStore store;

    Addresses(AddressStore store) {
        this.store = store;
    }

    /** Fails with {@link Problem} INVALID {@code unknown-country} or CONFLICT {@code too-many-addresses}. */
    Future<Address> add(UUID userId, Address address) {
        return store.insert(userId, address.checked(), Address.LIMIT).map(added -> {
            if (added == AddressStore.Added.NO_ACCOUNT) throw Users.closed();
            if (added == AddressStore.Added.BOOK_IS_FULL) {
                throw Problem.conflict(
                        "too-many-addresses",
                        "An account keeps up to " + Address.LIMIT + " addresses. Remove one first.");
            }
            return address;
        });
    }

    /** Fails with {@link Problem} NOT_FOUND or INVALID {@code unknown-country}. */
    Future<Address> replace(UUID userId, Address address) {
        return store.update(userId, address.checked()).map(updated -> {
            if (!updated) throw Problem.notFound();
            return address;
        });
    }

    /** Fails with {@link Problem} NOT_FOUND. */
    Future<Void> remove(UUID userId, UUID id) {
        return store.delete(userId, id).map(deleted -> {
            if (!deleted) throw Problem.notFound();
            return null;
        });
    }
}
