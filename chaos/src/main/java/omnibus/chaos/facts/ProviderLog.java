package omnibus.chaos.facts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import omnibus.chaos.facts.ProviderFacts.Effect;
import omnibus.chaos.facts.ProviderFacts.Intent;
import omnibus.chaos.facts.ProviderFacts.Kind;

/** The sandbox's log: a line for each request that changed something, with the intent as it was after it. */
final class ProviderLog {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Intent> intents = new LinkedHashMap<>();
    private final List<Effect> effects = new ArrayList<>();

    private ProviderLog() {}

    /** Nothing where there is no log: then nothing was ever paid. */
    static ProviderFacts read(Path file) throws IOException {
        var log = new ProviderLog();
        if (Files.exists(file)) log.readLines(file);
        return new ProviderFacts(List.copyOf(log.intents.values()), List.copyOf(log.effects));
    }

    private void readLines(Path file) throws IOException {
        try (var lines = Files.newBufferedReader(file)) {
            var number = 1;
            for (var line = lines.readLine(); line != null; number++) {
                var next = lines.readLine();
                take(line, file + ", line " + number, next == null);
                line = next;
            }
        }
    }

    private void take(String line, String where, boolean last) throws IOException {
        try {
            take(JSON.readTree(line));
        } catch (JsonProcessingException torn) {
            // The provider may have died, or be, while it writes the last one.
            if (!last) throw new IOException(where + " cannot be read", torn);
        }
    }

    private void take(JsonNode line) {
        var node = line.path("intent");
        if (node.isMissingNode()) return;
        var intent = intent(node, line.path("refunded").asLong());
        intents.put(intent.id(), intent);
        kind(line, intent)
                .ifPresent(kind -> effects.add(new Effect(
                        intent.id(),
                        intent.orderId(),
                        kind,
                        amount(kind, line, intent),
                        line.path("at").asText())));
    }

    private static Intent intent(JsonNode node, long refunded) {
        var order = node.path("metadata").path("order_id");
        return new Intent(
                node.path("id").asText(),
                order.isTextual() ? UUID.fromString(order.asText()) : null,
                node.path("status").asText().intern(),
                node.path("amount").asLong(),
                node.path("amount_received").asLong(),
                refunded,
                node.path("currency").asText().intern());
    }

    private static Optional<Kind> kind(JsonNode line, Intent intent) {
        var endpoint = line.path("endpoint").asText();
        if (line.has("refund")) return Optional.of(Kind.REFUNDED);
        if (line.has("error")) return Optional.of(Kind.DECLINED);
        if (endpoint.endsWith("/capture")) return Optional.of(Kind.CAPTURED);
        if (endpoint.endsWith("/cancel")) return Optional.of(Kind.VOIDED);
        return switch (intent.status()) {
            case "requires_capture" -> Optional.of(Kind.AUTHORIZED);
            case "succeeded" -> Optional.of(Kind.CAPTURED);
            default -> Optional.empty();
        };
    }

    private static long amount(Kind kind, JsonNode line, Intent intent) {
        return switch (kind) {
            case CAPTURED -> intent.received();
            case REFUNDED -> line.path("refund").path("amount").asLong();
            default -> intent.amount();
        };
    }
}
