package omnibus.gateway;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.zip.CRC32C;
import omnibus.platform.call.Answer;

/**
 * Pages for people: the front page, the API browser, and one page per problem code, which is where the {@code type} of a
 * problem leads. Read from the class path once; nothing is fetched from elsewhere and no script stands in a page.
 */
final class Pages {
    private static final String HTML = "text/html; charset=utf-8";
    private static final String FOLDER = "/gateway/pages/";
    private static final String SWAGGER = "/META-INF/resources/webjars/swagger-ui/";
    private static final String SWAGGER_PROPERTIES = "/META-INF/maven/org.webjars/swagger-ui/pom.properties";
    private static final String SOCKJS = "/META-INF/resources/webjars/sockjs-client/";
    private static final String SOCKJS_PROPERTIES = "/META-INF/maven/org.webjars.npm/sockjs-client/pom.properties";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String PROBLEMS = "/problems/";

    private static final String STRICT = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'";
    /** The API browser styles its elements one by one, so styles may stand in the page; scripts may not. */
    private static final String BROWSER = "default-src 'none'; script-src 'self'; connect-src 'self'; "
            + "style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";

    /** @param packed the bytes in gzip, packed when they were read; null where that does not pay */
    private record Page(Buffer bytes, Buffer packed, String type, String policy, String tag) {
        static Page of(byte[] bytes, String type, String policy) {
            var sum = new CRC32C();
            sum.update(bytes);
            var plain = Buffer.buffer(bytes);
            var packed = bytes.length < Compression.MIN_BYTES ? null : Compression.packTightly(plain);
            return new Page(plain, packed, type, policy, '"' + Long.toHexString(sum.getValue()) + '"');
        }

        Answer answer(MultiMap request) {
            var knownTags = Compression.plainTags(request.get(HttpHeaders.IF_NONE_MATCH));
            var known = knownTags != null && knownTags.contains(tag);
            var answer = Answer.of(known ? 304 : 200, known ? Buffer.buffer() : bytes, known ? null : type)
                    .header("ETag", tag)
                    .header("Cache-Control", "public, max-age=300")
                    .header("Content-Security-Policy", policy);
            if (packed == null || known) return answer;
            answer.header("Vary", "Accept-Encoding");
            return Compression.accepts(request.get(HttpHeaders.ACCEPT_ENCODING))
                    ? Compression.packed(answer, packed)
                    : answer;
        }
    }

    private final Map<String, Page> pages = new HashMap<>();

    private Pages() {}

    /** Reads them all, on a worker thread. */
    static Future<Pages> load(Vertx vertx) {
        return vertx.executeBlocking(() -> {
            var pages = new Pages();
            pages.addOwn();
            pages.addApiBrowser();
            pages.addLive();
            ProblemPages.read().forEach((code, html) -> pages.add(PROBLEMS + code, html, HTML, STRICT));
            return pages;
        });
    }

    private void addOwn() {
        add("/", read(FOLDER + "home.html"), HTML, STRICT);
        add("/favicon.svg", read(FOLDER + "favicon.svg"), "image/svg+xml", STRICT);
        add("/pages.css", read(FOLDER + "pages.css"), "text/css; charset=utf-8", STRICT);
    }

    private void addApiBrowser() {
        var swagger = SWAGGER + version(SWAGGER_PROPERTIES) + '/';
        add("/docs", read(FOLDER + "docs.html"), HTML, BROWSER);
        add("/docs/docs.js", read(FOLDER + "docs.js"), SCRIPT, BROWSER);
        add("/docs/swagger-ui.css", read(swagger + "swagger-ui.css"), "text/css; charset=utf-8", BROWSER);
        add("/docs/swagger-ui-bundle.js", read(swagger + "swagger-ui-bundle.js"), SCRIPT, BROWSER);
    }

    /** The bus for scripts, and what it is made of. */
    private void addLive() {
        var sockJs = SOCKJS + version(SOCKJS_PROPERTIES) + "/dist/sockjs.min.js";
        add("/live/sockjs.min.js", read(sockJs), SCRIPT, STRICT);
        add("/live/vertx-eventbus.js", read(FOLDER + "vertx-eventbus.js"), SCRIPT, STRICT);
        add("/live/live.js", read(FOLDER + "live.js"), SCRIPT, STRICT);
    }

    private void add(String path, byte[] bytes, String type, String policy) {
        pages.put(path, Page.of(bytes, type, policy));
    }

    private void add(String path, String text, String type, String policy) {
        add(path, text.getBytes(StandardCharsets.UTF_8), type, policy);
    }

    /** The page of this path, for those who may have it; 405 for who wants to do more than read. */
    Optional<Answer> find(Exchange exchange) {
        var request = exchange.request();
        var page = pages.get(request.path());
        if (page == null) return Optional.empty();
        var method = request.method();
        if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD))
            throw Dispatch.methodNotAllowed("GET, HEAD");
        return Optional.of(page.answer(request.headers()));
    }

    static byte[] read(String resource) {
        try (var stream = Pages.class.getResourceAsStream(resource)) {
            if (stream == null) throw new IllegalStateException("not on the class path: " + resource);
            return stream.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(resource, e);
        }
    }

    private static String version(String mavenProperties) {
        try (var stream = Pages.class.getResourceAsStream(mavenProperties)) {
            var properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(mavenProperties, e);
        }
    }
}
