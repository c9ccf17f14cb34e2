package omnibus.chaos.facts;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * What is true after a run, whatever anybody was told: the services' own stores and the payment provider's log, each read
 * in one transaction. Money is in minor units. Taken while the shop works, the four are of slightly different moments.
 */
public record Facts(OrderFacts orders, StockFacts stock, PaymentFacts payments, ProviderFacts provider) {

    /**
     * Reads everything.
     *
     * @param home of a shop whose PostgreSQL runs; of the provider the log file is enough
     * @throws IOException when a store is not described in {@code run/stores.json}, or does not answer
     */
    public static Facts of(Path home) throws IOException {
        var databases = Databases.of(home);
        try {
            return new Facts(
                    databases.read("order", OrderReader::read),
                    databases.read("inventory", StockReader::read),
                    databases.read("payment", PaymentReader::read),
                    ProviderLog.read(home.resolve("sandbox/log.jsonl")));
        } catch (SQLException e) {
            throw new IOException(
                    "the stores of " + home + " cannot be read: " + e.getMessage() + ". Is its PostgreSQL up?", e);
        }
    }
}
