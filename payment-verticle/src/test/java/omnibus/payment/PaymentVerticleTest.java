package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import omnibus.platform.Settings;
import org.junit.jupiter.api.Test;

class PaymentVerticleTest {
    @Test
    void itServesAndGoesCleanly() {
        try (var till = new Till()) {
            till.authorized(till.anOrder());
            till.restart();
            till.captured(till.anOrder());
            assertEquals(0, till.number("select count(*) from provider_call where state = 'OPEN'"));
        }
    }

    @Test
    void allThatIsMissingIsToldAtOnce() {
        var settings = Settings.of(Map.of("OMNIBUS_PAYMENT_URL", "nowhere", "OMNIBUS_PAYMENT_TIMEOUT", "soon"));
        PaymentConfig.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        for (var key : new String[] {
            "OMNIBUS_POSTGRES_URL",
            "OMNIBUS_PAYMENT_URL",
            "OMNIBUS_PAYMENT_KEY",
            "OMNIBUS_PAYMENT_WEBHOOK_SECRET",
            "OMNIBUS_PAYMENT_TIMEOUT"
        }) {
            assertTrue(faults.contains(key), faults);
        }
    }

    @Test
    void onlyTheUrlAndTheSecretsTellStripeFromTheSandbox() {
        var settings = Settings.of(Map.of(
                "OMNIBUS_POSTGRES_URL", "postgresql://u:p@localhost:5432/omnibus_payment",
                "OMNIBUS_PAYMENT_URL", "https://api.stripe.com/",
                "OMNIBUS_PAYMENT_KEY", "sk_hidden",
                "OMNIBUS_PAYMENT_WEBHOOK_SECRET", "whsec_hidden"));
        var config = PaymentConfig.from(settings);
        settings.check();
        assertEquals("https://api.stripe.com", config.url());
        assertFalse(config.toString().contains("hidden"));
    }
}
