package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.net.URI;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import omnibus.platform.Settings;

/**
 * Whose scripts may call from a browser (CORS, Fetch standard): the origins in an allow-list, compared whole. Nobody by
 * default. Credentials of the browser's own are never asked for; a token is sent by the script.
 */
record Origins(Set<String> allowed) {
    private static final String SETTING = "OMNIBUS_CORS_ORIGINS";
    private static final CharSequence ALLOW_ORIGIN = HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN;
    private static final List<String> SENT = List.of(
            "Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Prefer", "traceparent");
    private static final String SHOWN = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, "
            + "Idempotency-Replayed, Preference-Applied, X-Cart-Id, X-Request-Id, Age, Allow, Cache-Status, "
            + "WWW-Authenticate";
    private static final String SECONDS_KEPT = "600";

    static Origins from(Settings settings) {
        var origins = Arrays.stream(settings.text(SETTING, "").split(","))
                .map(String::strip)
                .filter(origin -> !origin.isEmpty())
                .collect(Collectors.toSet());
        for (var origin : origins) {
            if (!isOrigin(origin))
                settings.fault(SETTING, "names " + origin + ", which is not of the form https://host:port");
        }
        return new Origins(origins);
    }

    /** Scheme, host and port as a browser writes them (RFC 6454, section 6.2). */
    private static boolean isOrigin(String text) {
        try {
            var uri = URI.create(text);
            var port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
            return uri.getHost() != null
                    && Set.of("http", "https").contains(uri.getScheme())
                    && text.equals(uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port);
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private boolean allows(String origin) {
        return origin != null && allowed.contains(origin);
    }

    /**
     * May a script of {@code origin} open a WebSocket to us? Browsers do not ask before they do (no CORS there), but say
     * whose script it is. Our own pages may, who is no browser may.
     */
    boolean mayConnect(String origin, String authority) {
        if (origin == null || allows(origin)) return true;
        var own = origin.substring(origin.indexOf("://") < 0 ? 0 : origin.indexOf("://") + 3);
        return !authority.isEmpty() && own.equalsIgnoreCase(authority);
    }

    /** Lets the script of an allowed origin see an answer. */
    void addTo(MultiMap answer, MultiMap request) {
        if (allowed.isEmpty()) return;
        answer.add(HttpHeaders.VARY, "Origin");
        var origin = request.get(HttpHeaders.ORIGIN);
        if (!allows(origin)) return;
        answer.set(ALLOW_ORIGIN, origin);
        answer.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    }

    /** Answers a preflight: which methods and headers an allowed origin may use, those that a contract declares included. */
    void addPreflight(MultiMap answer, MultiMap request, String methods, Collection<String> declared) {
        if (!allows(request.get(HttpHeaders.ORIGIN)) || !request.contains("Access-Control-Request-Method")) return;
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods);
        var headers = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        headers.addAll(SENT);
        headers.addAll(declared);
        answer.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, String.join(", ", headers));
        answer.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, SECONDS_KEPT);
    }
}
