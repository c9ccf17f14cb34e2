package omnibus.cart;

import omnibus.platform.Secret;
import omnibus.platform.Settings;

/** {@code redis}: URL of the Redis that holds the carts, with its password. {@code currency}: what an empty cart speaks. */
record CartConfig(Secret redis, String currency) {
    private static final String REDIS = "OMNIBUS_REDIS_URL";

    static CartConfig from(Settings settings) {
        var redis = settings.required(REDIS, "the Redis that holds the carts, redis://:password@host:port/database");
        if (!redis.isEmpty() && !redis.startsWith("redis://") && !redis.startsWith("rediss://")) {
            settings.fault(REDIS, "is not of the form redis://:password@host:port/database");
        }
        return new CartConfig(new Secret(redis), settings.text("OMNIBUS_CURRENCY", "EUR"));
    }
}
