package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Problem;

/** One small page per problem code, made from the list in {@code gateway/problems.json}. */
final class ProblemPages {
    private static final String LIST = "/gateway/problems.json";
    private static final String TEMPLATE = "/gateway/pages/problem.html";

    private ProblemPages() {}

    /** Code → HTML. */
    static Map<String, String> read() {
        var template = new String(Pages.read(TEMPLATE), StandardCharsets.UTF_8);
        var pages = new LinkedHashMap<String, String>();
        for (var problem : list().properties()) {
            var status = problem.getValue().path("status").asInt();
            pages.put(
                    problem.getKey(),
                    template.replace("{code}", problem.getKey())
                            .replace("{status}", Integer.toString(status))
                            .replace(
                                    "{title}",
                                    escape(Problem.Kind.ofStatus(status).title()))
                            .replace(
                                    "{meaning}",
                                    escape(problem.getValue().path("meaning").asText()))
                            .replace(
                                    "{remedy}",
                                    escape(problem.getValue().path("remedy").asText())));
        }
        return pages;
    }

    static JsonNode list() {
        return Json.tree(Buffer.buffer(Pages.read(LIST)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
