package omnibus.payment;

import java.net.URI;
import java.time.Duration;
import omnibus.platform.Secret;
import omnibus.platform.Settings;
import omnibus.platform.postgres.PostgresConfig;

/**
 * What this service is told at start. Between the sandbox and Stripe only the URL and the two secrets differ.
 *
 * @param timeout      how long one answer of the provider is waited for before its outcome counts as unknown
 * @param answerWithin how long a command of the order saga waits before it is answered {@code pending}
 */
record PaymentConfig(
        PostgresConfig postgres,
        String url,
        Secret key,
        Secret webhookSecret,
        int connections,
        Duration timeout,
        Duration answerWithin,
        Reconciling reconciling) {

    /**
     * @param every  between two rounds of comparing
     * @param grace  what has changed since is left alone: it may be under way
     * @param window what was made within it is compared, over and over
     */
    record Reconciling(Duration every, Duration grace, Duration window) {}

    static PaymentConfig from(Settings settings) {
        var url = settings.uri("OMNIBUS_PAYMENT_URL", URI.create("http://127.0.0.1:12111"))
                .toString();
        return new PaymentConfig(
                PostgresConfig.from(settings),
                url.endsWith("/") ? url.substring(0, url.length() - 1) : url,
                new Secret(settings.required("OMNIBUS_PAYMENT_KEY", "the secret API key at the payment provider")),
                new Secret(settings.required(
                        "OMNIBUS_PAYMENT_WEBHOOK_SECRET", "what the payment provider signs its events with")),
                settings.integer("OMNIBUS_PAYMENT_CONNECTIONS", 64, 1, 1_000),
                settings.duration("OMNIBUS_PAYMENT_TIMEOUT", Duration.ofSeconds(4)),
                settings.duration("OMNIBUS_PAYMENT_ANSWER_WITHIN", Duration.ofMillis(900)),
                new Reconciling(
                        settings.duration("OMNIBUS_RECONCILE_EVERY", Duration.ofMinutes(1)),
                        settings.duration("OMNIBUS_RECONCILE_GRACE", Duration.ofMinutes(2)),
                        settings.duration("OMNIBUS_RECONCILE_WINDOW", Duration.ofHours(24))));
    }
}
