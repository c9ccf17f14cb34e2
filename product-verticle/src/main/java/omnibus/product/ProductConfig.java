package omnibus.product;

import omnibus.platform.Secret;
import omnibus.platform.Settings;

/**
 * @param mongoUrl connection string with the database's name; may carry a password
 * @param currency ISO 4217 code of the one currency the shop sells in
 */
record ProductConfig(Secret mongoUrl, String currency) {
    private static final String URL_KEY = "OMNIBUS_MONGO_URL";
    private static final String CURRENCY_KEY = "OMNIBUS_CURRENCY";

    static ProductConfig from(Settings settings) {
        var url = settings.secret(URL_KEY, "mongodb://127.0.0.1:27017/omnibus_product");
        if (!url.reveal().matches("mongodb(\\+srv)?://[^/]+/[^/?]+(\\?.*)?")) {
            settings.fault(URL_KEY, "must look like mongodb://host:port/database");
        }
        var currency = settings.text(CURRENCY_KEY, "EUR");
        if (!currency.matches("[A-Z]{3}")) settings.fault(CURRENCY_KEY, "must be an ISO 4217 code such as EUR");
        return new ProductConfig(url, currency);
    }
}
