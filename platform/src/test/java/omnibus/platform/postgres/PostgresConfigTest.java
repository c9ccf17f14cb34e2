package omnibus.platform.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.pgclient.SslMode;
import java.util.Map;
import omnibus.platform.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresConfigTest {
    private static final String URL = "postgresql://order:hush@db:5432/orders";

    @Test
    void whatTheUrlSaysOfTlsHoldsForTheMigrationsToo() {
        var tls = PostgresConfig.of(URL + "?sslmode=verify-full&sslrootcert=%2Fetc%2Fa+b.pem", 1)
                .tls();
        assertEquals(new PostgresTls(SslMode.VERIFY_FULL, "/etc/a b.pem"), tls);
        assertEquals("?sslmode=verify-full&sslrootcert=%2Fetc%2Fa+b.pem", tls.query());
        assertEquals("?sslmode=disable", PostgresConfig.of(URL, 1).tls().query());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                URL + "?sslmode=verify-full",
                URL + "?sslmode=verify-ca",
                URL + "?sslmode=always",
                "mysql://db/orders"
            })
    void aUrlThatCannotBeMeantIsAFaultThatDoesNotRepeatIt(String url) {
        var settings = Settings.of(Map.of("OMNIBUS_POSTGRES_URL", url));
        PostgresConfig.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        assertTrue(faults.contains("OMNIBUS_POSTGRES_URL"), faults);
        assertTrue(!faults.contains("hush"), faults);
    }
}
