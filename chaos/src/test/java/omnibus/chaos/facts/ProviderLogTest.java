package omnibus.chaos.facts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import omnibus.chaos.facts.ProviderFacts.Effect;
import omnibus.chaos.facts.ProviderFacts.Intent;
import omnibus.chaos.facts.ProviderFacts.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProviderLogTest {
    private static final UUID ORDER = UUID.randomUUID();

    @TempDir
    Path directory;

    private static String line(String endpoint, String status, long received, String rest) {
        return """
                {"chains":["intent:pi_1"],"before":{},"at":"noon","endpoint":"%s","intent":{"id":"pi_1","amount":900,\
                "amount_received":%d,"currency":"eur","status":"%s","metadata":{"order_id":"%s"}}%s}
                """.formatted(endpoint, received, status, ORDER, rest);
    }

    private ProviderFacts read(String... lines) throws IOException {
        return ProviderLog.read(Files.writeString(directory.resolve("log.jsonl"), String.join("", lines)));
    }

    private static Effect effect(Kind kind, long amount) {
        return new Effect("pi_1", ORDER, kind, amount, "noon");
    }

    @Test
    void everythingThatTookEffectIsRead() throws IOException {
        var facts = read(
                line("/v1/payment_intents", "requires_capture", 0, ""),
                "{\"delivered\":\"evt_1\"}\n",
                line("/v1/payment_intents/pi_1/capture", "succeeded", 800, ""),
                line("/v1/refunds", "succeeded", 800, ",\"refunded\":300,\"refund\":{\"amount\":300}"));
        assertEquals(List.of(new Intent("pi_1", ORDER, "succeeded", 900, 800, 300, "eur")), facts.intents());
        assertEquals(
                List.of(effect(Kind.AUTHORIZED, 900), effect(Kind.CAPTURED, 800), effect(Kind.REFUNDED, 300)),
                facts.effects());
    }

    @Test
    void whatCameToNothingIsRead() throws IOException {
        var facts = read(
                line("/v1/payment_intents", "requires_payment_method", 0, ",\"error\":{}"),
                line("/v1/payment_intents/pi_1/cancel", "canceled", 0, ""));
        assertEquals(List.of(effect(Kind.DECLINED, 900), effect(Kind.VOIDED, 900)), facts.effects());
    }

    @Test
    void aLastLineThatIsTornWasNeverAcknowledged() throws IOException {
        var facts = read(line("/v1/payment_intents", "requires_capture", 0, ""), "{\"chains\":[\"int");
        assertEquals(List.of(effect(Kind.AUTHORIZED, 900)), facts.effects());
    }

    @Test
    void aTornLineInTheMiddleIsDamage() {
        assertThrows(
                IOException.class,
                () -> read("{\"chains\":[\"int\n", line("/v1/payment_intents", "requires_capture", 0, "")));
    }

    @Test
    void withoutALogNothingWasPaid() throws IOException {
        assertEquals(
                List.of(), ProviderLog.read(directory.resolve("none.jsonl")).effects());
    }
}
