package omnibus.cart;

import omnibus.platform.Secret;
import omnibus.platform.Settings;
import omnibus.platform.redis.RedisScripts;

/** {@code redis}: URL of the Redis that holds the carts, with its password. {@code currency}: what an empty cart speaks. */
record CartConfig(Secret redis, String currency) {
    private static final String REDIS = "OMNIBUS_REDIS_URL";

    static CartConfig from(Settings settings) {
        var redis = settings.required(REDIS, "the Redis that holds the carts, redis://:password@host:port/database");
        var fault = redis.isEmpty() ? null : RedisScripts.faultOf(redis);
        if (fault != null) settings.fault(REDIS, fault);
        return new CartConfig(new Secret(redis), settings.text("OMNIBUS_CURRENCY", "EUR"));
    }
}
