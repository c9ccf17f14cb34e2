package omnibus.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import omnibus.platform.postgres.Postgres;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.stores.PrepareStores;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A database on another machine: what the URL says of TLS holds for the service and for its migrations. */
class PostgresTlsTest {
    private static final TestAuthority OURS = new TestAuthority("ours");
    private static TestPlatform platform;
    private static String url;
    private static Path rules;
    private static String known;

    @BeforeAll
    static void open() throws Exception {
        platform = TestPlatform.start();
        var admin = TestServers.postgres();
        url = PrepareStores.prepareDatabase(admin, "secret", "omnibus_tls");
        var pem = OURS.issue("database", "san=dns:localhost");
        ask(admin, "ALTER SYSTEM SET ssl_cert_file = '" + file(pem.certificate()) + "'");
        ask(admin, "ALTER SYSTEM SET ssl_key_file = '" + file(pem.key()) + "'");
        ask(admin, "ALTER SYSTEM SET ssl = on");
        rules = Path.of(ask(admin, "SHOW hba_file"));
        known = Files.readString(rules);
        Files.writeString(rules, "hostnossl omnibus_tls all all reject\n" + known);
        ask(admin, "SELECT pg_reload_conf()");
        platform.eventually(() -> ask(admin, "SHOW ssl").equals("on"));
    }

    @AfterAll
    static void close() throws Exception {
        platform.close();
        Files.writeString(rules, known);
        ask(TestServers.postgres(), "ALTER SYSTEM RESET ssl");
        ask(TestServers.postgres(), "SELECT pg_reload_conf()");
    }

    private static String ask(String admin, String command) {
        var at = URI.create(admin);
        var user = at.getUserInfo().split(":", 2);
        var jdbc = "jdbc:postgresql://" + at.getHost() + ":" + at.getPort() + at.getPath();
        try (var connection = DriverManager.getConnection(jdbc, user[0], user[1]);
                var statement = connection.createStatement()) {
            if (!statement.execute(command)) return "";
            statement.getResultSet().next();
            return statement.getResultSet().getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(command, e);
        }
    }

    /** As the database's user may read it, and nobody else. */
    private static Path file(String pem) throws Exception {
        var file = Files.createTempFile(TestRun.current().directory(), "tls", ".pem");
        Files.writeString(file, pem);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private static PostgresConfig config(String mode, String host, TestAuthority authority) throws Exception {
        var file = URLEncoder.encode(file(authority.certificate()).toString(), StandardCharsets.UTF_8);
        return PostgresConfig.of(url.replace("127.0.0.1", host) + "?sslmode=" + mode + "&sslrootcert=" + file, 1);
    }

    private static boolean encrypted(PostgresConfig config) {
        var pool = Postgres.pool(platform.vertx(), config);
        return platform.await(pool.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                .execute()
                .map(rows -> rows.iterator().next().getBoolean("ssl"))
                .eventually(pool::close));
    }

    private static void migrate(PostgresConfig config) {
        platform.await(Postgres.migrate(platform.vertx(), config, "kept"));
    }

    private static void assertNoConnection(PostgresConfig config) {
        assertThrows(Throwable.class, () -> encrypted(config));
    }

    @Test
    void whatIsAskedForIsEncrypted() throws Exception {
        assertNoConnection(PostgresConfig.of(url, 1)); // the server takes nobody in the clear
        assertTrue(encrypted(PostgresConfig.of(url + "?sslmode=require", 1)));
        var checked = config("verify-full", "localhost", OURS);
        assertTrue(encrypted(checked));
        migrate(checked);
    }

    @Test
    void aServerOfAnotherAuthorityIsNotTalkedTo() throws Exception {
        var theirs = new TestAuthority("theirs");
        assertNoConnection(config("verify-full", "localhost", theirs));
        assertNoConnection(config("verify-ca", "localhost", theirs));
    }

    @Test
    void aServerOfAnotherNameIsTalkedToOnlyWhereItsNameDoesNotCount() throws Exception {
        assertNoConnection(config("verify-full", "127.0.0.1", OURS));
        var nameless = config("verify-ca", "127.0.0.1", OURS);
        assertTrue(encrypted(nameless));
        migrate(nameless);
    }
}
