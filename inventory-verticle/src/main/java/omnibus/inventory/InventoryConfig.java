package omnibus.inventory;

import omnibus.platform.Settings;
import omnibus.platform.postgres.PostgresConfig;

/** Configuration of the inventory service. */
record InventoryConfig(PostgresConfig postgres) {
    static InventoryConfig from(Settings settings) {
        return new InventoryConfig(PostgresConfig.from(settings));
    }
}
