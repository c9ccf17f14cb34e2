package omnibus.platform.postgres;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How connections to the database are secured: {@code sslmode} and {@code sslrootcert} of its URL, as psql understands them.
 *
 * @param authority a file with the certificates that the server's is checked by, in PEM; empty where it is not checked
 */
public record PostgresTls(SslMode mode, String authority) {
    static final PostgresTls NONE = new PostgresTls(SslMode.DISABLE, "");
    private static final Set<SslMode> CHECKED = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);
    private static final String AUTHORITY = "sslrootcert";

    static PostgresTls of(URI url) {
        var mode = SslMode.of(parameter(url, "sslmode", SslMode.DISABLE.value));
        var authority = parameter(url, AUTHORITY, "");
        if (CHECKED.contains(mode) && authority.isEmpty()) {
            throw new IllegalArgumentException("sslmode=" + mode.value + " needs " + AUTHORITY);
        }
        return new PostgresTls(mode, authority);
    }

    private static String parameter(URI url, String name, String otherwise) {
        var query = url.getRawQuery() == null ? "" : url.getRawQuery();
        for (var pair : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return otherwise;
    }

    PgConnectOptions applyTo(PgConnectOptions options) {
        var tls = new ClientSSLOptions().setTrustAll(authority.isEmpty());
        tls.setHostnameVerificationAlgorithm(mode == SslMode.VERIFY_FULL ? "HTTPS" : "");
        if (!authority.isEmpty()) tls.setTrustOptions(new PemTrustOptions().addCertPath(authority));
        return options.setSslMode(mode).setSslOptions(tls);
    }

    /** The same for the JDBC driver. */
    String query() {
        var query = "?sslmode=" + mode.value;
        return authority.isEmpty()
                ? query
                : query + "&" + AUTHORITY + "=" + URLEncoder.encode(authority, StandardCharsets.UTF_8);
    }
}
