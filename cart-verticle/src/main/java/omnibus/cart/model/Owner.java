package omnibus.cart.model;

import java.util.Optional;
import java.util.UUID;

/** Whose cart it is: a user's, or a guest's who may know its id. */
public record Owner(Optional<UUID> user, Optional<String> guestCart) {
    public static Owner user(UUID user) {
        return new Owner(Optional.of(user), Optional.empty());
    }

    public static Owner guest(Optional<String> cart) {
        return new Owner(Optional.empty(), cart);
    }

    public boolean isGuest() {
        return user.isEmpty();
    }
}
