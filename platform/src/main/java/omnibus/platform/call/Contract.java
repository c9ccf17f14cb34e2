package omnibus.platform.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.Json;

/**
 * A service's OpenAPI 3.1 document read as the list of its operations. The same document routes requests at the gateway,
 * guards rights, validates parameters and bodies, and is what people read.
 */
public final class Contract {
    private final String service;
    private final JsonNode document;
    private final String digest;
    private final Map<String, Operation> operations;

    private Contract(String service, JsonNode document) {
        this.service = service;
        this.document = document;
        this.digest = sha256(document.toString());
        this.operations = new LinkedHashMap<>();
        new ContractReader(document).operations().forEach(operation -> {
            if (operations.put(operation.id(), operation) != null) {
                throw new IllegalArgumentException("operationId " + operation.id() + " is declared twice");
            }
        });
    }

    /** Reads {@code <service>/openapi.yaml} from the class path. A contract that breaks the rules fails the start. */
    public static Contract load(String service) {
        var resource = service + "/openapi.yaml";
        try (var stream = Contract.class.getClassLoader().getResourceAsStream(resource)) {
            if (stream == null) throw new IllegalArgumentException("no contract on the class path: " + resource);
            return new Contract(service, new YAMLMapper().readTree(stream));
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    /** A contract got from an instance over the bus. */
    public static Contract of(String service, JsonNode document) {
        return new Contract(service, document);
    }

    public String service() {
        return service;
    }

    public JsonNode document() {
        return document;
    }

    /** Changes whenever the document does. */
    public String digest() {
        return digest;
    }

    public Map<String, Operation> operations() {
        return operations;
    }

    private static String sha256(String text) {
        try {
            var hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return "contract of " + service + " " + digest + " " + Json.tree(operations.keySet());
    }
}
