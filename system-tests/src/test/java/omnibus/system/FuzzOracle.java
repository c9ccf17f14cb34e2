package omnibus.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import omnibus.shopper.ShopClient.Reply;

/** What every answer of the shop must be, whatever it was asked: declared, of the declared shape, and discreet. */
final class FuzzOracle {
    /** What the gateway may answer to any operation, declared there or not. */
    private static final Set<Integer> OF_THE_GATEWAY =
            Set.of(400, 401, 403, 404, 405, 413, 414, 415, 429, 431, 503, 504);

    private static final List<String> SECRETS = List.of(
            "Exception",
            "at omnibus.",
            "at io.vertx",
            "java.lang",
            "io.netty",
            "org.postgresql",
            "PgException",
            "MongoWrite",
            "stackTrace",
            "passwordHash",
            "password_hash",
            "$argon2");

    private final JsonNode document;
    private final JsonSchemaFactory schemas = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private final Map<String, JsonSchema> known = new HashMap<>();

    FuzzOracle(JsonNode document) {
        this.document = document;
    }

    /** What is wrong with the answer to an operation, if anything is. */
    Optional<String> faultOf(JsonNode operation, Reply reply) {
        var status = reply.status();
        var text = reply.http().body();
        if (status >= 500 && status != 503 && status != 504) return Optional.of("is a " + status);
        for (var secret : SECRETS) if (text.contains(secret)) return Optional.of("tells of \"" + secret + "\"");
        if (status == 503 && reply.header("Retry-After").isEmpty()) return Optional.of("has no Retry-After");
        if (reply.header("X-Request-Id").isEmpty()) return Optional.of("has no X-Request-Id");
        if (!reply.header("Set-Cookie").isEmpty()) return Optional.of("sets a cookie");
        if (status >= 400) return faultOfProblem(reply);
        // What has an entity tag is not sent to those who have it (RFC 9110, section 15.4.5).
        var tagged =
                resolve(operation.path("responses").path("200")).path("headers").has("ETag");
        if (status == 304 && tagged && text.isEmpty()) return Optional.empty();
        var declared = resolve(operation.path("responses").path(Integer.toString(status)));
        if (declared.isMissingNode()) return Optional.of("has the undeclared status " + status);
        return faultOfBody(operation, status, declared, reply);
    }

    private static Optional<String> faultOfProblem(Reply reply) {
        var body = reply.body();
        if (!reply.header("Content-Type").startsWith("application/problem+json"))
            return Optional.of("is no problem document");
        if (body.path("status").asInt() != reply.status()) return Optional.of("has another status within");
        if (!OF_THE_GATEWAY.contains(reply.status())
                && !Set.of(409, 412, 422, 428).contains(reply.status())) {
            return Optional.of("has a status that the interface does not know");
        }
        for (var member : List.of("type", "title", "detail", "instance", "traceId")) {
            if (body.path(member).asText().isEmpty()) return Optional.of("has no " + member);
        }
        return Optional.empty();
    }

    private Optional<String> faultOfBody(JsonNode operation, int status, JsonNode declared, Reply reply) {
        var schema = declared.path("content").path("application/json").path("schema");
        var text = reply.http().body();
        if (schema.isMissingNode()) {
            return text.isEmpty() || declared.has("content") ? Optional.empty() : Optional.of("has an undeclared body");
        }
        var faults = known.computeIfAbsent(operation.path("operationId").asText() + status, key -> compiled(schema))
                .validate(reply.body());
        return faults.stream().findFirst().map(fault -> "does not conform to its schema: " + fault.getMessage());
    }

    /** References lead into the document, so the document's components come along. */
    private JsonSchema compiled(JsonNode schema) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.path("components"));
        return schemas.getSchema(whole, SchemaValidatorsConfig.builder().build());
    }

    private JsonNode resolve(JsonNode node) {
        var ref = node.path("$ref");
        return ref.isTextual() ? document.at(ref.asText().substring(1)) : node;
    }
}
