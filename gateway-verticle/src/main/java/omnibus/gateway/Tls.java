package omnibus.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.Secret;
import omnibus.platform.Settings;

/**
 * HTTPS: TLS 1.2 and 1.3, HTTP/2 for who speaks it.
 *
 * @param port where it listens, beside the plain port
 * @param certificates PEM: the gateway's own first, then those between it and the root
 * @param key PEM, PKCS 8
 */
record Tls(int port, String certificates, Secret key) {
    private static final String PORT = "OMNIBUS_HTTPS_PORT";
    private static final String CERTIFICATES = "OMNIBUS_TLS_CERT";
    private static final String KEY = "OMNIBUS_TLS_KEY";
    /** Those whose recorded traffic stays secret when the key gets known, and that authenticate each record (RFC 9325). */
    private static final List<String> SUITES = List.of(
            "TLS_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final int MOST_STREAMS = 100;
    /** For who has a connection and says nothing, not even what HTTP/2 begins with; longer than any keep-alive of ours. */
    private static final int SILENCE_SECONDS = 90;

    /** Off where no port is set; a port without certificate and key is a fault. */
    static Optional<Tls> from(Settings settings) {
        var port = settings.integer(PORT, -1, 0, 65_535);
        if (port < 0) return Optional.empty();
        var certificates = settings.required(CERTIFICATES, "the certificate for " + PORT + ", in PEM");
        var key = settings.required(KEY, "the key for " + PORT + ", in PEM");
        if (!certificates.isEmpty() && !certificates.contains("BEGIN CERTIFICATE")) {
            settings.fault(CERTIFICATES, "is not a certificate in PEM");
        }
        if (!key.isEmpty() && !key.contains("PRIVATE KEY")) settings.fault(KEY, "is not a private key in PEM");
        return Optional.of(new Tls(port, certificates, new Secret(key)));
    }

    HttpServerOptions applyTo(HttpServerOptions options) {
        options.setReadIdleTimeout(SILENCE_SECONDS);
        SUITES.forEach(options::addEnabledCipherSuite);
        return options.setSsl(true)
                .setUseAlpn(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificates))
                        .addKeyValue(Buffer.buffer(key.reveal())))
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MOST_STREAMS)
                        .setMaxHeaderListSize(RequestHead.MAX_HEADER_BYTES));
    }
}
