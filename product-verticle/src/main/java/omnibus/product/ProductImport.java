package omnibus.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.product.ProductStore.Change;
import omnibus.product.model.Product;

/**
 * Loads a batch of lines. Lines of different SKUs are written together; a SKU met again waits for the next round, so
 * that lines count in their order. What another import or an editor has changed in between is looked at again.
 */
final class ProductImport {
    private static final int MAX_LINE_BYTES = 64 * 1024;
    private static final int MAX_TRIES = 10;

    /** What was wrong with a line; {@code sku} is null where it could not be read. */
    record LineError(long line, String sku, String detail) {}

    record Summary(int received, int created, int updated, int unchanged, int failed, List<LineError> errors) {}

    private record Line(long number, ProductBody body) {
        private String sku() {
            return body.sku();
        }
    }

    /** The running count of one batch. */
    private static final class Tally {
        private int received;
        private int created;
        private int updated;
        private int unchanged;
        private final List<LineError> errors = new ArrayList<>();

        private void failed(long line, String sku, String detail) {
            errors.add(new LineError(line, sku, detail));
        }

        private Summary summary() {
            errors.sort(java.util.Comparator.comparingLong(LineError::line));
            return new Summary(received, created, updated, unchanged, errors.size(), List.copyOf(errors));
        }
    }

    private final ProductStore store;
    private final Products products;
    private final EventMover events;
    private final ProductInputs inputs;

    ProductImport(ProductStore store, Products products, EventMover events, ProductInputs inputs) {
        this.store = store;
        this.products = products;
        this.events = events;
        this.inputs = inputs;
    }

    /** Loads whole lines; the first has the number {@code firstLine}. */
    Future<Summary> load(Buffer batch, long firstLine) {
        var tally = new Tally();
        var rounds = rounds(lines(batch, firstLine, tally));
        Future<Void> loaded = Future.succeededFuture();
        for (var round : rounds) loaded = loaded.compose(before -> load(round, tally, 1));
        return loaded.map(done -> tally.summary());
    }

    private List<Line> lines(Buffer batch, long firstLine, Tally tally) {
        var lines = new ArrayList<Line>();
        var number = firstLine;
        for (int start = 0, end; start < batch.length(); start = end + 1, number++) {
            end = endOfLine(batch, start);
            var text = batch.slice(start, end);
            if (isBlank(text)) continue;
            tally.received++;
            var line = parse(text, number, tally);
            if (line != null) lines.add(line);
        }
        return lines;
    }

    private static int endOfLine(Buffer batch, int from) {
        var at = from;
        while (at < batch.length() && batch.getByte(at) != '\n') at++;
        return at;
    }

    private static boolean isBlank(Buffer text) {
        for (var i = 0; i < text.length(); i++) {
            var c = text.getByte(i);
            if (c != ' ' && c != '\t' && c != '\r') return false;
        }
        return true;
    }

    private Line parse(Buffer text, long number, Tally tally) {
        if (text.length() > MAX_LINE_BYTES) {
            tally.failed(number, null, "the line is longer than 64 KiB");
            return null;
        }
        JsonNode tree = null;
        try {
            tree = Json.tree(text);
            return new Line(number, inputs.read(tree));
        } catch (Problem refusal) {
            var sku = tree == null ? null : tree.path("sku").asText(null);
            tally.failed(number, sku, describe(refusal));
            return null;
        }
    }

    private static String describe(Problem refusal) {
        if (refusal.faults().isEmpty()) return refusal.detail();
        return refusal.faults().stream()
                .map(fault -> (fault.pointer() + " " + fault.detail()).strip())
                .collect(Collectors.joining("; "));
    }

    private static List<List<Line>> rounds(List<Line> lines) {
        var rounds = new ArrayList<List<Line>>();
        var skus = new HashSet<String>();
        var round = new ArrayList<Line>();
        for (var line : lines) {
            if (!skus.add(line.sku())) {
                rounds.add(round);
                round = new ArrayList<>();
                skus.clear();
                skus.add(line.sku());
            }
            round.add(line);
        }
        if (!round.isEmpty()) rounds.add(round);
        return rounds;
    }

    private Future<Void> load(List<Line> round, Tally tally, int tries) {
        return store.bySku(round.stream().map(Line::sku).toList()).compose(known -> load(round, known, tally, tries));
    }

    private Future<Void> load(List<Line> round, Map<String, Product> known, Tally tally, int tries) {
        var changes = new LinkedHashMap<Change, Line>();
        for (var line : round) {
            var product = known.get(line.sku());
            if (product != null && !product.active()) {
                tally.failed(
                        line.number(), line.sku(), "the product with this SKU has been deleted; the SKU stays taken");
                continue;
            }
            var change = change(product, line.body());
            if (change == null) tally.unchanged++;
            else changes.put(change, line);
        }
        return store.save(List.copyOf(changes.keySet())).compose(late -> {
            var again = late.stream().map(changes::remove).toList();
            changes.keySet().forEach(change -> count(change, tally));
            // The log keeps pace with the import; what could not be moved now is moved later, by itself.
            return events.moveAll(changes.keySet()).otherwiseEmpty().compose(moved -> tryAgain(again, tally, tries));
        });
    }

    private Change change(Product product, ProductBody body) {
        if (product == null) return products.creation(body.sku(), body.content(), body.stockToBeginWith());
        var after = product.edited(body.sku(), body.content(), products.now());
        return after == product ? null : Change.of(product, after, ProductEvents.updated(after));
    }

    private static void count(Change change, Tally tally) {
        if (change.before() == null) tally.created++;
        else tally.updated++;
    }

    private Future<Void> tryAgain(List<Line> lines, Tally tally, int tries) {
        if (lines.isEmpty()) return Future.succeededFuture();
        if (tries < MAX_TRIES) return load(lines, tally, tries + 1);
        for (var line : lines) {
            tally.failed(line.number(), line.sku(), "others change this product all the time; send the line again");
        }
        return Future.succeededFuture();
    }
}
