package omnibus.inventory.model;

import java.util.UUID;

/** Why stock moved: an order, or a reason given by an administrator; all null for the catalogue's initial stock. */
public record Cause(UUID orderId, String reason, UUID userId) {
    public static Cause order(UUID orderId) {
        return new Cause(orderId, null, null);
    }

    public static Cause administrator(UUID userId, String reason) {
        return new Cause(null, reason, userId);
    }
}
