package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads operations out of an OpenAPI 3.1 document and refuses what the platform could not honour. */
final class ContractReader {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");

    private final JsonNode document;

    ContractReader(JsonNode document) {
        this.document = document;
    }

    List<Operation> operations() {
        var found = new ArrayList<Operation>();
        for (var path : document.path("paths").properties()) {
            for (var method : path.getValue().properties()) {
                if (METHODS.contains(method.getKey())) {
                    found.add(read(
                            path.getKey(),
                            method.getKey(),
                            method.getValue(),
                            path.getValue().path("parameters")));
                }
            }
        }
        return found;
    }

    private Operation read(String path, String method, JsonNode node, JsonNode shared) {
        var id = node.path("operationId").asText();
        if (!id.matches("[a-z][a-z0-9]*\\.[a-z][A-Za-z0-9]*")) {
            throw new IllegalArgumentException(
                    "operationId \"" + id + "\" of " + method + " " + path + " must read service.operation");
        }
        var internal = node.path("x-internal").asBoolean(false);
        var body = resolve(node.path("requestBody"));
        var content = body.path("content");
        var raw = body.path("x-raw").asBoolean(false);
        var batched = node.path("x-batched").asBoolean(false);
        return new Operation(
                id,
                method.toUpperCase(Locale.ROOT),
                path,
                internal,
                access(id, node.path("security"), internal),
                method.equals("get") || node.path("x-retry").asText().equals("safe"),
                Operation.Priority.valueOf(
                        node.path("x-priority").asText("browse").toUpperCase(Locale.ROOT)),
                parameters(path, node.path("parameters"), shared),
                raw ? Set.of() : mediaTypes(content),
                body.path("required").asBoolean(false),
                raw || batched ? MissingNode.getInstance() : schema(content),
                raw,
                batched,
                waitOperation(id, node.path("x-wait")),
                resolve(node.path("responses").path("200")).path("headers").has("ETag"),
                cache(id, node, method.equals("get") && !internal, parameters(path, node.path("parameters"), shared)),
                limit(id, node.path("x-limit")));
    }

    /** Only what everybody gets alike can be kept for everybody. */
    private static Operation.Cache cache(
            String id, JsonNode node, boolean publicRead, List<Operation.Parameter> parameters) {
        var cache = node.path("x-cache");
        if (cache.isMissingNode()) return null;
        var forAll = publicRead
                && node.path("security").isArray()
                && node.path("security").isEmpty()
                && parameters.stream().noneMatch(parameter -> parameter.in() == Operation.Parameter.In.HEADER);
        var seconds = cache.path("seconds").asInt();
        var stale = cache.path("stale").asInt();
        if (!forAll || seconds < 1 || stale < seconds) {
            throw new IllegalArgumentException(id
                    + " has an x-cache that is not {seconds: 1 or more, stale: as long or longer}, or is no public GET"
                    + " with security: [] and no header parameters, whose answer everybody gets alike");
        }
        return new Operation.Cache(seconds, stale);
    }

    private static Operation.Limit limit(String id, JsonNode node) {
        if (node.isMissingNode()) return null;
        var name = node.path("name").asText();
        var per = node.path("per").asText();
        var perSecond = node.path("perSecond").asInt();
        if (!name.matches("[a-z][a-z0-9-]*")
                || perSecond < 1
                || !Set.of("user", "address").contains(per)) {
            throw new IllegalArgumentException(
                    id + " has an x-limit that is not {name: a-word, perSecond: 1 or more, per: user or address}");
        }
        return new Operation.Limit(name, perSecond, per.equals("user"));
    }

    private static Set<String> mediaTypes(JsonNode content) {
        var types = new LinkedHashSet<String>();
        content.fieldNames().forEachRemaining(types::add);
        return types;
    }

    private static JsonNode schema(JsonNode content) {
        for (var type : content) if (type.has("schema")) return type.get("schema");
        return MissingNode.getInstance();
    }

    /** No silent default: an operation that forgets to say who may call it does not start. */
    private static Operation.Access access(String id, JsonNode security, boolean internal) {
        if (internal) return new Operation.Access(true, Set.of());
        if (!security.isArray())
            throw new IllegalArgumentException(id + " does not say who may call it: add `security`");
        var anonymous = security.isEmpty();
        var roles = new HashSet<String>();
        var signedIn = 0;
        for (var alternative : security) {
            if (alternative.isObject() && alternative.isEmpty()) {
                anonymous = true;
                continue;
            }
            if (!isBearer(alternative) || ++signedIn > 1) {
                throw new IllegalArgumentException(id + " has a `security` that is not [], [{bearer: [roles]}] or"
                        + " [{}, {bearer: [roles]}]: nothing else can be honoured");
            }
            alternative.get("bearer").forEach(role -> roles.add(role.textValue()));
        }
        return new Operation.Access(anonymous, Set.copyOf(roles));
    }

    private static boolean isBearer(JsonNode alternative) {
        var roles = alternative.path("bearer");
        if (alternative.size() != 1 || !roles.isArray()) return false;
        for (var role : roles) if (!role.isTextual()) return false;
        return true;
    }

    /** What it waits by is an operation of its own service, and of this document. */
    private String waitOperation(String id, JsonNode wait) {
        if (wait.isMissingNode()) return null;
        var known = document.path("paths").findValuesAsText("operationId");
        var ofItsOwn = wait.asText().startsWith(id.substring(0, id.indexOf('.') + 1));
        if (ofItsOwn && known.contains(wait.asText())) return wait.asText();
        throw new IllegalArgumentException(id + " has an x-wait that names no operation of this contract");
    }

    private List<Operation.Parameter> parameters(String path, JsonNode own, JsonNode shared) {
        Map<String, Operation.Parameter> found = new LinkedHashMap<>();
        for (var list : List.of(shared, own)) {
            for (var entry : list) {
                var node = resolve(entry);
                var name = node.path("name").asText();
                var in = Operation.Parameter.In.valueOf(node.path("in").asText().toUpperCase(Locale.ROOT));
                var required = node.path("required").asBoolean(false);
                var prefix = node.path("x-prefix").asBoolean(false);
                found.put(in + " " + name, new Operation.Parameter(name, in, required, prefix, node.path("schema")));
            }
        }
        for (var segment : path.split("/")) {
            if (!segment.startsWith("{")) continue;
            var name = segment.substring(1, segment.length() - 1);
            if (!found.containsKey(Operation.Parameter.In.PATH + " " + name)) {
                throw new IllegalArgumentException(path + " does not declare its parameter " + name);
            }
        }
        return List.copyOf(found.values());
    }

    private JsonNode resolve(JsonNode node) {
        var ref = node.path("$ref");
        return ref.isTextual() ? document.at(ref.asText().substring(1)) : node;
    }
}
