package omnibus.platform;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * JSON at the edges: bytes to trees and records and back. Parsing is strict in syntax (RFC 8259, no duplicate names, no
 * trailing data, bounded depth) and tolerant of unknown fields; a public operation's schema refuses those first. Nulls
 * are left out of what we write, times are RFC 3339.
 */
public final class Json {
    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper MAPPER = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxNumberLength(400)
                            .build())
                    .build())
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private Json() {}

    public static Buffer encode(Object value) {
        try {
            return Buffer.buffer(MAPPER.writeValueAsBytes(value));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass() + " as JSON", e);
        }
    }

    /** Reads a record; unknown fields are ignored. Throws {@link Problem} 400 {@code malformed-json} or {@code invalid-request}. */
    public static <T> T decode(Buffer bytes, Class<T> type) {
        return convert(tree(bytes), type);
    }

    /** Parses bytes. Throws {@link Problem} 400 {@code malformed-json} with line and column. */
    public static JsonNode tree(Buffer bytes) {
        try {
            var tree = MAPPER.readTree(bytes.getBytes());
            if (tree == null || tree.isMissingNode())
                throw Problem.invalid("malformed-json", "The body is empty; send JSON.");
            return tree;
        } catch (JsonProcessingException e) {
            throw Problem.invalid("malformed-json", "The body is not JSON: " + describe(e));
        } catch (IOException e) {
            // The bytes are here already: what cannot be read is no text in any encoding of JSON.
            throw Problem.invalid("malformed-json", "The body is not JSON: it is not in UTF-8.");
        }
    }

    public static JsonNode tree(Object value) {
        return MAPPER.valueToTree(value);
    }

    /** Turns a tree into a record. Throws {@link Problem} 400 {@code invalid-request} with a pointer where it does not fit. */
    public static <T> T convert(JsonNode tree, Class<T> type) {
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw JsonFaults.of(e);
        }
    }

    /** The mapper behind this class, for libraries that want one. Do not reconfigure it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    private static String describe(JsonProcessingException e) {
        var at = e.getLocation();
        var firstLine = e instanceof StreamConstraintsException
                ? "it is nested deeper than " + MAX_DEPTH
                        + " levels, or has a number, a name or a text that is too long"
                : e.getOriginalMessage().lines().findFirst().orElse("unreadable");
        return at == null ? firstLine : firstLine + " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }
}
