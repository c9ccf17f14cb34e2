package omnibus.platform;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.Optional;
import java.util.Set;

/**
 * Mutual TLS between the JVMs of a shop, on the event bus. Whoever connects shows a certificate of the shop's own
 * authority, and so does who is connected to; its name is not looked at, since all members may say everything to all.
 * Hazelcast's own connections, which carry the directory and no calls, stay plain: their port belongs into a network of
 * the cluster's own.
 *
 * @param certificate PEM, of this JVM
 * @param key PEM, PKCS 8
 * @param authority PEM, of who signs the certificates of members and of nobody else
 */
record BusTls(String certificate, Secret key, String authority) {
    private static final String CERTIFICATE = "OMNIBUS_BUS_CERT";
    private static final String KEY = "OMNIBUS_BUS_KEY";
    private static final String AUTHORITY = "OMNIBUS_BUS_CA";

    /** Off where nothing is set; a part of it is a fault. */
    static Optional<BusTls> from(Settings settings) {
        var some =
                settings.optional(CERTIFICATE).or(() -> settings.optional(KEY)).or(() -> settings.optional(AUTHORITY));
        if (some.isEmpty()) return Optional.empty();
        return Optional.of(new BusTls(
                pem(settings, CERTIFICATE, "CERTIFICATE", "this JVM's certificate"),
                new Secret(pem(settings, KEY, "PRIVATE KEY", "the key of this JVM's certificate")),
                pem(settings, AUTHORITY, "CERTIFICATE", "the authority that signs the members' certificates")));
    }

    private static String pem(Settings settings, String key, String kind, String what) {
        var text = settings.required(key, what + ", for TLS on the event bus");
        if (!text.isEmpty() && !text.contains("BEGIN " + kind)) settings.fault(key, "is no " + kind + " in PEM");
        return text;
    }

    /** Trust is named outright: by default the bus would take anybody's certificate. */
    EventBusOptions applyTo(EventBusOptions options) {
        options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3"));
        return options.setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(certificate))
                        .addKeyValue(Buffer.buffer(key.reveal())))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority)))
                .setTrustAll(false)
                .setClientAuth(ClientAuth.REQUIRED);
    }
}
