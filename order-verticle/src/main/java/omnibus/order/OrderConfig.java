package omnibus.order;

import java.time.Duration;
import omnibus.platform.Settings;
import omnibus.platform.postgres.PostgresConfig;

/**
 * What order-verticle is told at its start.
 *
 * @param deadline after this an order that is not yet being captured is given up ({@code OMNIBUS_ORDER_DEADLINE})
 */
record OrderConfig(PostgresConfig postgres, Duration deadline) {
    static OrderConfig from(Settings settings) {
        var deadline = settings.duration("OMNIBUS_ORDER_DEADLINE", Duration.ofMinutes(15));
        if (deadline.isNegative() || deadline.isZero()) {
            settings.fault("OMNIBUS_ORDER_DEADLINE", "must be longer than nothing");
        }
        return new OrderConfig(PostgresConfig.from(settings), deadline);
    }
}
