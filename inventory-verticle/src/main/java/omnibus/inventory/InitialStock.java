package omnibus.inventory;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.LinkedHashMap;
import java.util.List;
import omnibus.platform.events.Cursor;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.PgCursor;

/**
 * Makes a stock row for each product the catalogue creates, once per SKU, in the transaction that moves the cursor. A
 * page of events is one statement: an import of thousands of products has its stock within a second or two.
 */
final class InitialStock {
    private record ProductCreated(String sku, Integer initialStock) {}

    private final InventoryStore store;
    private final PgCursor cursor;

    InitialStock(Pool pool, InventoryStore store, EventLog log) {
        this.store = store;
        this.cursor = new PgCursor(pool, "inventory", "product", this::create).afterwards(log::ring);
    }

    /** This service's place in the catalogue's log. */
    Cursor cursor() {
        return cursor;
    }

    private Future<Void> create(SqlConnection transaction, List<LoggedEvent> events) {
        var unitsBySku = new LinkedHashMap<String, Integer>();
        for (var logged : events) {
            if (!logged.event().type().equals("ProductCreated")) continue;
            var created = logged.event().dataAs(ProductCreated.class);
            unitsBySku.putIfAbsent(created.sku(), created.initialStock() == null ? 0 : created.initialStock());
        }
        return store.create(transaction, unitsBySku);
    }
}
