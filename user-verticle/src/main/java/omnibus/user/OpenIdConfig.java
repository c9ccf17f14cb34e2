package omnibus.user;

import com.nimbusds.oauth2.sdk.client.RedirectURIValidator;
import java.net.URI;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import omnibus.platform.Secret;
import omnibus.platform.Settings;

/**
 * The OpenID provider that people may sign in with, if there is one.
 *
 * @param issuer where the provider tells about itself, under {@code /.well-known/openid-configuration}
 * @param redirectUris the pages of the shop's clients that a provider may send people back to, compared to the letter
 * @param name what a sign-in button says
 */
record OpenIdConfig(URI issuer, String clientId, Secret clientSecret, Set<String> redirectUris, String name) {
    private static final String ISSUER = "OMNIBUS_OIDC_ISSUER";
    private static final String REDIRECT_URIS = "OMNIBUS_OIDC_REDIRECT_URIS";
    private static final List<String> OTHERS =
            List.of("OMNIBUS_OIDC_CLIENT_ID", "OMNIBUS_OIDC_CLIENT_SECRET", REDIRECT_URIS, "OMNIBUS_OIDC_NAME");
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    static Optional<OpenIdConfig> from(Settings settings) {
        if (settings.optional(ISSUER).isEmpty()) {
            for (var key : OTHERS) {
                if (settings.optional(key).isPresent()) settings.fault(key, "is set, but " + ISSUER + " is not");
            }
            return Optional.empty();
        }
        var issuer = settings.uri(ISSUER, null);
        if (issuer != null && !isProtected(issuer)) {
            settings.fault(ISSUER, "must be an https address; http is for this machine alone");
        }
        return Optional.of(new OpenIdConfig(
                issuer,
                settings.required("OMNIBUS_OIDC_CLIENT_ID", "what the provider knows this shop as"),
                new Secret(settings.required("OMNIBUS_OIDC_CLIENT_SECRET", "what the shop shows the provider")),
                redirectUris(settings),
                settings.text("OMNIBUS_OIDC_NAME", issuer == null ? "" : String.valueOf(issuer.getHost()))));
    }

    private static Set<String> redirectUris(Settings settings) {
        var found = new LinkedHashSet<String>();
        var told = settings.required(REDIRECT_URIS, "where the provider may send people back to, separated by commas");
        Arrays.stream(told.split(","))
                .map(String::strip)
                .filter(text -> !text.isEmpty())
                .forEach(text -> {
                    var fault = faultOf(text);
                    if (fault.isEmpty()) found.add(text);
                    else settings.fault(REDIRECT_URIS, "names " + text + "; it " + fault.get());
                });
        if (found.isEmpty()) settings.fault(REDIRECT_URIS, "names no address that can be used");
        return Set.copyOf(found);
    }

    /** RFC 9700, section 4.1: exact, and nothing that travels in the clear. Apps have schemes of their own. */
    private static Optional<String> faultOf(String text) {
        try {
            var uri = URI.create(text);
            if (!uri.isAbsolute() || uri.getFragment() != null)
                return Optional.of("must be absolute, without a fragment");
            if (uri.getScheme().equalsIgnoreCase("http") && !isProtected(uri)) {
                return Optional.of("must be https unless it leads to this machine or an app");
            }
            RedirectURIValidator.ensureLegal(uri);
            return Optional.empty();
        } catch (IllegalArgumentException illegal) {
            return Optional.of("cannot be used: " + illegal.getMessage());
        }
    }

    private static boolean isProtected(URI uri) {
        return "https".equalsIgnoreCase(uri.getScheme())
                || ("http".equalsIgnoreCase(uri.getScheme()) && LOOPBACK.contains(String.valueOf(uri.getHost())));
    }
}
