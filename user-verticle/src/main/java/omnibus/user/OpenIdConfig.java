package omnibus.user;

import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.Secret;
import omnibus.platform.Settings;

/**
 * The OpenID provider that people may sign in with, if there is one.
 *
 * @param issuer where the provider tells about itself, under {@code /.well-known/openid-configuration}
 * @param redirectUris the pages of the shop's clients that a provider may send people back to, compared as text
 * @param name what a sign-in button says
 */
record OpenIdConfig(URI issuer, String clientId, Secret clientSecret, Set<URI> redirectUris, String name) {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    static Optional<OpenIdConfig> from(Settings settings) {
        if (settings.optional("OMNIBUS_OIDC_ISSUER").isEmpty()) return Optional.empty();
        var issuer = settings.uri("OMNIBUS_OIDC_ISSUER", null);
        if (issuer != null && !isProtected(issuer)) {
            settings.fault("OMNIBUS_OIDC_ISSUER", "must be an https address; http is for this machine alone");
        }
        return Optional.of(new OpenIdConfig(
                issuer,
                settings.required("OMNIBUS_OIDC_CLIENT_ID", "what the provider knows this shop as"),
                new Secret(settings.required("OMNIBUS_OIDC_CLIENT_SECRET", "what the shop shows the provider")),
                redirectUris(settings),
                settings.text("OMNIBUS_OIDC_NAME", issuer == null ? "" : String.valueOf(issuer.getHost()))));
    }

    private static Set<URI> redirectUris(Settings settings) {
        var key = "OMNIBUS_OIDC_REDIRECT_URIS";
        var found = new LinkedHashSet<URI>();
        Arrays.stream(settings.required(key, "where the provider may send people back to, separated by commas")
                        .split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .forEach(text -> {
                    try {
                        var uri = URI.create(text);
                        if (isRedirect(uri)) found.add(uri);
                        else
                            settings.fault(
                                    key,
                                    "names " + text + "; it must be absolute, without a fragment, and"
                                            + " https unless it leads to this machine or an app");
                    } catch (IllegalArgumentException malformed) {
                        settings.fault(key, "names " + text + ", which is not an address");
                    }
                });
        return Set.copyOf(found);
    }

    /** RFC 9700, section 4.1: exact, and nothing that travels in the clear. Apps have schemes of their own. */
    private static boolean isRedirect(URI uri) {
        return uri.isAbsolute()
                && uri.getFragment() == null
                && (isProtected(uri) || !uri.getScheme().equalsIgnoreCase("http"));
    }

    private static boolean isProtected(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost())));
    }
}
