package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** What every answer carries for safety's sake, unless the service said something of its own. */
final class SafeHeaders {
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("X-Request-Id");
    static final CharSequence RATE_LIMIT = HttpHeaders.createOptimized("RateLimit");
    static final CharSequence RATE_LIMIT_POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    static final CharSequence CSP = HttpHeaders.createOptimized("Content-Security-Policy");
    /** In logs and metrics only: the client went away before it was answered. */
    static final int CLIENT_GONE = 499;

    static final int SWITCHING = 101;

    private static final CharSequence NOSNIFF_NAME = HttpHeaders.createOptimized("X-Content-Type-Options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence REFERRER_NAME = HttpHeaders.createOptimized("Referrer-Policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    /** An answer of the API is no page: nothing in it may run or be framed, should a browser show it. */
    private static final CharSequence CSP_DATA =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'");

    /** RFC 6797: for a year this host is reached by HTTPS only. */
    private static final CharSequence HSTS_NAME = HttpHeaders.createOptimized("Strict-Transport-Security");

    private static final CharSequence HSTS = HttpHeaders.createOptimized("max-age=31536000");

    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");
    private static final CharSequence REVALIDATE = HttpHeaders.createOptimized("no-cache");
    private static final CharSequence REVALIDATE_PRIVATE = HttpHeaders.createOptimized("private, no-cache");

    private SafeHeaders() {}

    static void addTo(MultiMap headers, boolean signedIn, boolean secure) {
        if (secure) headers.set(HSTS_NAME, HSTS);
        headers.set(NOSNIFF_NAME, NOSNIFF);
        headers.set(REFERRER_NAME, NO_REFERRER);
        if (!headers.contains(CSP)) headers.set(CSP, CSP_DATA);
        if (!headers.contains(HttpHeaders.CACHE_CONTROL))
            headers.set(HttpHeaders.CACHE_CONTROL, caching(headers, signedIn));
    }

    /** What has an entity tag may be kept and asked for again; everything else is not to be kept by anybody. */
    private static CharSequence caching(MultiMap headers, boolean signedIn) {
        if (!headers.contains(HttpHeaders.ETAG)) return NO_STORE;
        return signedIn ? REVALIDATE_PRIVATE : REVALIDATE;
    }
}
