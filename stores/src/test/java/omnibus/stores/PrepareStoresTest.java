package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareStoresTest {
    private static final String NO_RIGHT = "42501";
    private static final List<String> SERVICES = List.of("order", "payment");

    @TempDir
    static Path home;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void start() throws Exception {
        var programs =
                Path.of(System.getProperty("java.io.tmpdir"), "omnibus-test-" + System.getProperty("user.name"), "bin");
        server = new EmbeddedPostgres(home.resolve("postgres"), programs, home.resolve("postgres.log"), 0, "secret");
        server.start();
        PrepareStores.closeTheRest(server.url());
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Test
    void preparingAgainChangesNothing() throws Exception {
        var first = PrepareStores.prepare(server.url(), "shop", SERVICES);
        try (var order = Jdbc.connect(first.get("order"))) {
            Jdbc.run(order, "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (7)");
        }
        assertEquals(first, PrepareStores.prepare(server.url(), "shop", SERVICES));
        try (var order = Jdbc.connect(first.get("order"))) {
            assertEquals("7", Jdbc.ask(order, "SELECT id FROM kept"));
            Jdbc.run(order, "DROP TABLE kept");
        }
    }

    @Test
    void severalWhoPrepareAtOnceDoNotMeet() {
        List<CompletableFuture<Map<String, String>>> all = new ArrayList<>();
        for (var i = 0; i < 4; i++) {
            all.add(CompletableFuture.supplyAsync(() -> {
                try {
                    return PrepareStores.prepare(server.url(), "shop", List.of("first", "second"));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        all.forEach(one -> assertEquals(2, one.join().size()));
    }

    @Test
    void aServiceReachesItsOwnDatabaseOnly() throws Exception {
        var urls = PrepareStores.prepare(server.url(), "shop", SERVICES);
        for (var other : List.of("omnibus_payment", "postgres", "template1")) {
            var foreign = urls.get("order").replaceFirst("/omnibus_order$", "/" + other);
            var refusal = assertThrows(SQLException.class, () -> Jdbc.connect(foreign), other);
            assertEquals(NO_RIGHT, refusal.getSQLState());
        }
    }

    @Test
    void aServiceIsNoSuperuser() throws Exception {
        var urls = PrepareStores.prepare(server.url(), "shop", SERVICES);
        try (var order = Jdbc.connect(urls.get("order"))) {
            assertEquals(
                    "f",
                    Jdbc.ask(
                            order,
                            "SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls"
                                    + " FROM pg_roles WHERE rolname = current_user"));
            assertEquals(
                    "omnibus_order",
                    Jdbc.ask(order, "SELECT datdba::regrole FROM pg_database WHERE datname = current_database()"));
        }
    }

    @Test
    void whoMayCreateDatabasesAndRolesNeedsNoMore() throws Exception {
        try (var admin = Jdbc.connect(server.url())) {
            Jdbc.run(
                    admin,
                    "CREATE ROLE operator LOGIN CREATEDB CREATEROLE PASSWORD 'pass word'",
                    "GRANT CONNECT ON DATABASE postgres TO operator");
        }
        var url = "postgresql://operator:pass%20word@127.0.0.1:" + server.port()
                + "/postgres?ApplicationName=preparation";
        var prepared = PrepareStores.prepare(url, "shop", List.of("invoice"));
        assertEquals(prepared, PrepareStores.prepare(url, "shop", List.of("invoice")));
        var own = prepared.get("invoice");
        assertTrue(own.endsWith("/omnibus_invoice?ApplicationName=preparation"), own);
        try (var invoice = Jdbc.connect(own.substring(0, own.indexOf('?')))) {
            Jdbc.run(invoice, "CREATE TABLE invoice (id int)");
        }
    }

    @Test
    void aUrlPerServiceIsUsedAsItIs() throws Exception {
        var urls = PrepareStores.prepare("postgresql://me@db/{service}_db", "shop", SERVICES);
        assertEquals("postgresql://me@db/payment_db", urls.get("payment"));
    }

    @Test
    void aServerThatCannotBeReachedIsNamedWithoutThePassword() {
        var refusal = assertThrows(
                StoreException.class,
                () -> PrepareStores.prepare("postgresql://me:hush@127.0.0.1:1/postgres", "shop", SERVICES));
        assertTrue(refusal.getMessage().contains("127.0.0.1:1"), refusal.getMessage());
        assertTrue(!refusal.getMessage().contains("hush"), refusal.getMessage());
    }
}
