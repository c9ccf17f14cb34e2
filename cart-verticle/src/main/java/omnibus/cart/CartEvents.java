package omnibus.cart;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import omnibus.platform.events.LoggedEvent;

/**
 * What happens to carts when orders and users change; each effect is applied once, however often its event comes. Which
 * orders have been dealt with is remembered for thirty days, so what is older (a log that starts over) is left alone.
 */
final class CartEvents {
    private static final Duration REMEMBERED = Duration.ofDays(29);

    private final Clock clock;

    CartEvents(Clock clock) {
        this.clock = clock;
    }

    /** Ordered lines leave the cart they came from; a rejected order's lines come back to its owner's. */
    Map<String, Object> ofOrder(LoggedEvent logged) {
        var data = logged.event().data();
        if (!data.hasNonNull("cartId")) return null;
        if (logged.event().at().isBefore(clock.instant().minus(REMEMBERED))) return null;
        switch (logged.event().type()) {
            case "OrderPlaced":
                return effect("take", data, Map.of("cart", data.path("cartId").asText()));
            case "OrderStatusChanged":
                if (!data.path("status").asText().equals("REJECTED")) return null;
                return effect("put-back", data, putBack(data));
            default:
                return null;
        }
    }

    private static Map<String, Object> putBack(JsonNode data) {
        return Map.of(
                "user", data.path("userId").asText(),
                "currency", data.path("total").path("currency").asText(),
                "newCart", CartStore.newId());
    }

    Map<String, Object> ofUser(LoggedEvent logged) {
        if (!logged.event().type().equals("UserDeleted")) return null;
        return Map.of(
                "kind", "erase", "user", logged.event().data().path("userId").asText());
    }

    private static Map<String, Object> effect(String kind, JsonNode data, Map<String, Object> more) {
        List<CartStore.Line> lines = new ArrayList<>();
        for (var line : data.path("lines")) {
            lines.add(new CartStore.Line(
                    line.path("sku").asText(), line.path("quantity").asInt()));
        }
        var effect = new LinkedHashMap<String, Object>(more);
        effect.put("kind", kind);
        effect.put("order", data.path("orderId").asText());
        effect.put("lines", lines);
        return effect;
    }
}
