package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Kind;
import omnibus.platform.call.Operation;

/** What can be said of a request by its head alone. */
final class RequestHead {
    static final int MAX_URI_CHARS = 4 * 1024;
    static final int MAX_HEADER_BYTES = 8 * 1024;
    private static final int MAX_HEADERS = 100;
    private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private RequestHead() {}

    /** Throws {@link Problem} 414, 431 or 400 for a head that no request of ours may have. */
    static void check(Exchange exchange) {
        var request = exchange.request();
        // CONNECT asks for a tunnel and names no path (RFC 9110, section 9.3.6).
        if (request.uri() == null || request.path() == null) {
            throw Problem.invalid("malformed-request", "This request names no path.");
        }
        if (request.uri().length() > MAX_URI_CHARS) throw uriTooLong();
        var headers = request.headers();
        var count = 0;
        for (var ignored : headers) if (++count > MAX_HEADERS) throw headersTooLarge();
        var oldHttp = request.version() == HttpVersion.HTTP_1_0 && !headers.contains(HttpHeaders.HOST);
        var named = request.version() == HttpVersion.HTTP_2
                ? headers.getAll(HttpHeaders.HOST).size() <= 1
                : headers.getAll(HttpHeaders.HOST).size() == 1;
        if (!oldHttp && (!named || request.authority() == null)) {
            throw Problem.invalid("bad-host", "The request needs one well-formed Host header.");
        }
        exchange.hasBody(announcesBody(exchange));
    }

    static Problem uriTooLong() {
        return new Problem(
                Kind.URI_TOO_LONG, "uri-too-long", "Path and query may have 4,096 characters at most.", List.of());
    }

    static Problem headersTooLarge() {
        return new Problem(
                Kind.HEADERS_TOO_LARGE,
                "headers-too-large",
                "The request may have 100 headers and 8 KiB of them at most.",
                List.of());
    }

    private static boolean announcesBody(Exchange exchange) {
        var headers = exchange.request().headers();
        if (headers.contains(HttpHeaders.TRANSFER_ENCODING)) return true;
        var length = headers.get(HttpHeaders.CONTENT_LENGTH);
        // HTTP/2 has no chunks and need not tell a length (RFC 9113, section 8.1.1): only what comes, or does not,
        // tells.
        if (length == null && exchange.request().version() == HttpVersion.HTTP_2) {
            return !READS.contains(exchange.request().method()) || headers.contains(HttpHeaders.CONTENT_TYPE);
        }
        return length != null && !length.equals("0");
    }

    /** Does the head say that there is one? In HTTP/2 it need not. */
    static boolean tellsOfBody(Exchange exchange) {
        var headers = exchange.request().headers();
        return exchange.hasBody()
                && (exchange.request().version() != HttpVersion.HTTP_2
                        || headers.contains(HttpHeaders.CONTENT_LENGTH)
                        || headers.contains(HttpHeaders.CONTENT_TYPE));
    }

    static boolean announcesMoreThan(long bytes, Exchange exchange) {
        var length = exchange.request().headers().get(HttpHeaders.CONTENT_LENGTH);
        // Netty has refused what is no number already.
        return length != null && exchange.hasBody() && Long.parseLong(length) > bytes;
    }

    static boolean awaitsContinue(Exchange exchange) {
        var expect = exchange.request().headers().get(HttpHeaders.EXPECT);
        return expect != null && expect.equalsIgnoreCase("100-continue");
    }

    /** Throws {@link Problem} 415 unless the body is of a kind the operation takes, in UTF-8 and not encoded. */
    static void checkMediaType(Operation operation, MultiMap headers, boolean hasBody) {
        if (operation.mediaTypes().isEmpty()) return;
        var type = headers.get(HttpHeaders.CONTENT_TYPE);
        if (type == null && !hasBody) return;
        var encoding = headers.get(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw Problem.unsupportedMediaType("A body must not be compressed.").header("Accept-Encoding", "identity");
        }
        if (type == null || !accepts(operation.mediaTypes(), type)) {
            throw Problem.unsupportedMediaType(
                    "Send " + String.join(" or ", operation.mediaTypes()) + " in UTF-8, and say so in Content-Type.");
        }
    }

    private static boolean accepts(Iterable<String> known, String contentType) {
        var semicolon = contentType.indexOf(';');
        var type = (semicolon < 0 ? contentType : contentType.substring(0, semicolon)).strip();
        if (semicolon >= 0 && !isUtf8(contentType.substring(semicolon + 1))) return false;
        for (var one : known) if (one.equalsIgnoreCase(type)) return true;
        return false;
    }

    /** No charset or UTF-8; other parameters mean nothing for our types (RFC 8259, section 11). */
    private static boolean isUtf8(String parameters) {
        for (var parameter : parameters.split(";")) {
            var text = parameter.strip().toLowerCase(Locale.ROOT);
            if (!text.startsWith("charset=")) continue;
            var charset = text.substring("charset=".length()).replace("\"", "");
            if (!charset.equals("utf-8") && !charset.equals("utf8")) return false;
        }
        return true;
    }
}
