package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import omnibus.shopper.HeapUse;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;
import org.junit.jupiter.api.Test;

/**
 * Calls every operation of the served OpenAPI document with good, bad and hostile input, as anonymous and as a customer,
 * one request building on the answers before it. {@code -Domnibus.fuzz.requests=100000} for the long form, {@code
 * -Domnibus.fuzz.seed=N} to do the same again.
 */
class FuzzIT {
    private static final int REQUESTS = Integer.getInteger("omnibus.fuzz.requests", 3_000);
    private static final long SEED =
            Long.getLong("omnibus.fuzz.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
    /** Who is gone or has another password cannot go on, and an import is no JSON; all three have tests of their own. */
    private static final Set<String> LEFT_OUT =
            Set.of("user.deleteMe", "user.changePassword", "product.importProducts");

    private static final Pattern STACK_FRAME = Pattern.compile("\\bat (?:app//)?omnibus\\.[\\w.$<>]+\\(");
    private static final int MOST_FAULTS = 10;
    /** What the gateway keeps of answers may still grow. */
    private static final long MOST_GROWTH_KIB = 16 * 1024;

    private record Operation(String method, String path, JsonNode node) {
        String id() {
            return node.path("operationId").asText();
        }
    }

    private final RunningShop shop = RunningShop.get();
    private final Random random = new Random(SEED);
    private final JsonNode document = shop.anonymous().get("/openapi.json").body();
    private final FuzzValues values = new FuzzValues(random, document);
    private final FuzzOracle oracle = new FuzzOracle(document);
    private final Map<Integer, Integer> statuses = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    @Test
    void whateverIsAskedTheAnswerIsDeclaredWellFormedAndDiscreet() {
        var customer = shop.customer();
        var operations = operations();
        var logged = RunningShop.logSizes();
        var heaps = Map.<String, Long>of();
        for (var i = 0; i < REQUESTS && faults.size() < MOST_FAULTS; i++) {
            if (i % 2_000 == 1_999) customer = shop.customer(); // tokens live for 15 minutes
            if (i == REQUESTS / 3) heaps = heaps();
            ask(
                    operations.get(random.nextInt(operations.size())),
                    random.nextInt(4) == 0 ? shop.anonymous() : customer);
        }
        System.out.println("fuzz: seed " + SEED + ", " + REQUESTS + " requests, answers by status " + statuses);
        assertEquals(List.of(), faults, "seed " + SEED);
        assertEquals(List.of(), alarming(RunningShop.loggedSince(logged)), "seed " + SEED);
        assertFlat(heaps, heaps());
        assertTrue(statuses.getOrDefault(200, 0) > REQUESTS / 20, "hardly anything was understood: " + statuses);
        assertTrue(statuses.getOrDefault(400, 0) > REQUESTS / 20, "hardly anything was refused: " + statuses);
        assertEquals(200, shop.anonymous().get("/health/ready").status());
    }

    /** An event loop that was held up, or a failure that nobody had thought of. */
    private static List<String> alarming(List<String> lines) {
        return lines.stream()
                .filter(line -> line.contains("has been blocked")
                        || STACK_FRAME.matcher(line).find())
                .limit(MOST_FAULTS)
                .toList();
    }

    /** KiB in use after a collection, by instance. */
    private Map<String, Long> heaps() {
        var heaps = new TreeMap<String, Long>();
        shop.admin().get("/api/v1/cluster").body().path("members").forEach(member -> {
            try {
                heaps.put(
                        member.path("instance").asText(),
                        HeapUse.kib(member.path("pid").asLong()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return heaps;
    }

    /** After a third of the requests all is loaded and most of what may be kept is; what leaks goes on to grow. */
    private static void assertFlat(Map<String, Long> before, Map<String, Long> after) {
        System.out.println("fuzz: KiB of heap in use after a third " + before + ", at the end " + after);
        after.forEach((instance, kib) -> assertTrue(
                kib < before.getOrDefault(instance, kib) + MOST_GROWTH_KIB,
                instance + " had " + before.get(instance) + " KiB of heap in use, and now has " + kib));
    }

    private List<Operation> operations() {
        var found = new ArrayList<Operation>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(method -> {
                    if (!METHODS.contains(method.getKey())) return;
                    var operation =
                            new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue());
                    if (!LEFT_OUT.contains(operation.id())) found.add(operation);
                }));
        return found;
    }

    private void ask(Operation operation, ShopClient client) {
        var wildness = List.of(0.0, 0.02, 0.1, 0.4).get(random.nextInt(4));
        var path = path(operation, wildness);
        var body = body(operation, wildness);
        var headers = headers(operation, body, wildness);
        Reply reply;
        try {
            reply = client.send(operation.method(), path, body, headers);
        } catch (UncheckedIOException | IllegalArgumentException notSent) {
            // a header or a path that the client itself refuses to send
            return;
        }
        statuses.merge(reply.status(), 1, Integer::sum);
        oracle.faultOf(operation.node(), reply)
                .ifPresent(fault -> faults.add(operation.id() + ": " + operation.method() + " " + path + " "
                        + List.of(headers) + " " + shortened(String.valueOf(body)) + "\n  the answer " + fault + ": "
                        + reply.status() + " " + shortened(reply.http().body())));
        if (reply.status() < 300) values.learn(reply.body());
    }

    private static String shortened(String text) {
        return text.length() <= 600 ? text : text.substring(0, 600) + "…";
    }

    private String path(Operation operation, double wildness) {
        var path = operation.path();
        var query = new ArrayList<String>();
        for (var entry : operation.node().path("parameters")) {
            var parameter = values.resolve(entry);
            var name = parameter.path("name").asText();
            var in = parameter.path("in").asText();
            if (in.equals("path")) {
                var value = textOf(values.of(name, parameter.path("schema"), wildness));
                path = path.replace("{" + name + "}", encode(value.isEmpty() ? "x" : value));
            } else if (in.equals("query") && random.nextInt(3) == 0) {
                query.add(encode(name) + "=" + encode(textOf(values.of(name, parameter.path("schema"), wildness))));
            }
        }
        if (random.nextDouble() < wildness / 2) query.add("unknown=" + encode(values.hostileText()));
        return query.isEmpty() ? path : path + "?" + String.join("&", query);
    }

    private static String textOf(JsonNode value) {
        return value.isTextual() ? value.asText() : value.toString();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Object body(Operation operation, double wildness) {
        var content = values.resolve(operation.node().path("requestBody")).path("content");
        if (content.isEmpty()) return random.nextDouble() < wildness / 4 ? "{}" : null;
        if (random.nextDouble() < wildness / 4) return values.brokenBody();
        var examples = content.elements().next().path("examples");
        if (!examples.isEmpty() && random.nextBoolean()) {
            var example = examples.elements().next().path("value");
            return values.variation(example, wildness).toString();
        }
        var schema = content.elements().next().path("schema");
        return values.of("body", schema, wildness / 2).toString();
    }

    private String[] headers(Operation operation, Object body, double wildness) {
        var headers = new HashMap<String, String>();
        if (body != null) {
            var types = new ArrayList<String>();
            values.resolve(operation.node().path("requestBody"))
                    .path("content")
                    .fieldNames()
                    .forEachRemaining(types::add);
            headers.put("Content-Type", types.isEmpty() ? "application/json" : types.get(0));
            if (random.nextDouble() < wildness / 4) headers.put("Content-Type", "text/xml");
        }
        if (operation.method().equals("POST") && random.nextInt(20) > 0) {
            headers.put(
                    "Idempotency-Key",
                    random.nextInt(30) == 0 ? "again" : UUID.randomUUID().toString());
        }
        if (random.nextInt(10) == 0) headers.put("If-Match", random.nextBoolean() ? "*" : "\"7-7\"");
        if (random.nextInt(10) == 0) headers.put("If-None-Match", "*");
        if (random.nextInt(10) == 0) headers.put("Prefer", "wait=1");
        if (random.nextDouble() < wildness) headers.put("Authorization", "Bearer " + values.hostileText());
        if (random.nextInt(10) == 0) headers.put("X-Cart-Id", values.hostileText());
        var all = new ArrayList<String>();
        headers.forEach((name, value) -> all.addAll(List.of(name, value)));
        return all.toArray(String[]::new);
    }
}
