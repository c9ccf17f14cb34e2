package omnibus.sandbox;

import com.fasterxml.jackson.core.JsonFactory;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The log as the provider's memory. A line belongs to chains (the changes of one intent, all refunds, …) and names the
 * line before it in each; kept in memory is only where every chain ends. Used from one event loop.
 */
final class Archive {
    static final String ALL = "";
    private static final JsonFactory JSON = new JsonFactory();

    private final LongIndex ends = new LongIndex();
    /** Offsets of lines with an event that no delivery has been noted for. */
    private final Map<String, Long> undelivered = new LinkedHashMap<>();

    private Journal journal;

    /** Blocking. Reads the whole log; see {@link Journal#open}. */
    void open(Vertx vertx, Path file, Consumer<Throwable> onFailure) throws IOException {
        journal = Journal.open(vertx, file, this::replay, onFailure);
    }

    /** Reads a line as far as its chains and its event, which come first for that reason. */
    private void replay(byte[] bytes, int from, int length, long offset) throws IOException {
        if (length == 0 || bytes[from + length - 1] != '}') throw new IOException("the line has no end");
        try (var parser = JSON.createParser(bytes, from, length)) {
            parser.nextToken();
            var first = parser.nextFieldName();
            if ("delivered".equals(first)) {
                undelivered.remove(parser.nextTextValue());
                return;
            }
            if (!"chains".equals(first)) throw new IOException("the line does not begin with its chains");
            parser.nextToken();
            for (var chain = parser.nextTextValue(); chain != null; chain = parser.nextTextValue()) {
                ends.put(chain, offset);
            }
            if ("event".equals(parser.nextFieldName())) undelivered.put(parser.nextTextValue(), offset);
        }
    }

    /** The lines whose event was not delivered before the last stop, oldest first; asked once. */
    List<Long> takeUndelivered() {
        var offsets = new ArrayList<>(undelivered.values());
        undelivered.clear();
        return offsets;
    }

    /** Adds a line; {@link #settled} tells when it is on disk. @return its offset */
    long append(JsonObject content) {
        var offset = journal.nextOffset();
        var chains = chains(content);
        var before = new JsonObject();
        for (var chain : chains) {
            var previous = ends.put(chain, offset);
            if (previous >= 0) before.put(label(chain), previous);
        }
        var line = new JsonObject().put("chains", new JsonArray(chains));
        if (content.containsKey("event")) line.put("event", content.getString("event"));
        journal.append(line.put("before", before).mergeIn(content));
        return offset;
    }

    /** Nobody waits for this line: if it is lost, the event is told once more, which is within the contract. */
    void noteDelivery(String eventId) {
        journal.append(new JsonObject().put("delivered", eventId));
    }

    JsonObject read(long offset) {
        return journal.read(offset);
    }

    /** The newest line of a chain. */
    Optional<JsonObject> newest(String label, String key) {
        var end = ends.get(label + ":" + key);
        return end < 0 ? Optional.empty() : Optional.of(journal.read(end));
    }

    /** Walks a chain from its newest line back for as long as the visitor wants. */
    void walk(String label, String key, Predicate<JsonObject> visitor) {
        walk(label, ends.get(label + ":" + key), visitor);
    }

    /** Walks on from behind a line of the chain, so that the last page of a long list costs no more than the first. */
    void walkAfter(String label, JsonObject line, Predicate<JsonObject> visitor) {
        walk(label, line.getJsonObject("before", new JsonObject()).getLong(label, -1L), visitor);
    }

    /** The line with which a chain began. */
    Optional<JsonObject> oldest(String label, String key) {
        var found = new JsonObject[1];
        walk(label, key, line -> {
            found[0] = line;
            return true;
        });
        return Optional.ofNullable(found[0]);
    }

    private void walk(String label, long from, Predicate<JsonObject> visitor) {
        var offset = from;
        while (offset >= 0) {
            var line = journal.read(offset);
            if (!visitor.test(line)) return;
            offset = line.getJsonObject("before", new JsonObject()).getLong(label, -1L);
        }
    }

    Future<Void> settled() {
        return journal.settled();
    }

    Future<Void> close() {
        return journal == null ? Future.succeededFuture() : journal.close();
    }

    private static List<String> chains(JsonObject line) {
        var chains = new ArrayList<String>();
        var intent = line.getJsonObject("intent");
        var id = intent.getString("id");
        chains.add("intent:" + id);
        if (line.getBoolean("new", false)) {
            chains.add("intents:" + ALL);
            var order = intent.getJsonObject("metadata").getString("order_id");
            if (order != null) chains.add("order:" + order);
        }
        var refund = line.getJsonObject("refund");
        if (refund != null) {
            chains.add("refunds:" + ALL);
            chains.add("refundsOf:" + id);
            chains.add("refund:" + refund.getString("id"));
        }
        if (line.containsKey("event")) chains.add("events:" + ALL);
        if (line.containsKey("key")) chains.add("key:" + line.getString("key"));
        return chains;
    }

    private static String label(String chain) {
        return chain.substring(0, chain.indexOf(':'));
    }
}
