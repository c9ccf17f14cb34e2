package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import omnibus.platform.Problem;
import omnibus.platform.Secret;
import omnibus.platform.call.Deadline;
import omnibus.user.model.LoginState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The provider's keys, which are read when the first ID token comes. */
class ProviderKeysTest {
    private final Vertx vertx = Vertx.vertx();
    private final ScriptedProvider provider = new ScriptedProvider();
    private final OpenIdProvider asked = new OpenIdProvider(
            vertx,
            new OpenIdConfig(
                    URI.create(provider.issuer()), ScriptedProvider.CLIENT, new Secret("s"), Set.of("app:/in"), "one"));

    @AfterEach
    void close() {
        provider.close();
        vertx.close().await();
    }

    private String outcome() {
        var login = new LoginState("app:/in", "challenge", "once");
        provider.knows("once", Map.of("sub", "ada"));
        try {
            return asked.redeem(login, "code", "v".repeat(43), Deadline.in(Duration.ofSeconds(10)))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .orTimeout(20, TimeUnit.SECONDS)
                    .join()
                    .who()
                    .subject();
        } catch (CompletionException e) {
            return ((Problem) e.getCause()).kind().name();
        }
    }

    @Test
    void whileTheyCannotBeReadTheProviderIsUnavailable() {
        provider.answers("/jwks", 500, new JsonObject());
        assertEquals("UNAVAILABLE", outcome());
        provider.answers("/jwks", new JsonObject().put("keys", "none"));
        assertEquals("UNAVAILABLE", outcome());
        provider.answers("/jwks", new JsonObject().put("padding", "x".repeat(300_000)));
        assertEquals("UNAVAILABLE", outcome());
        provider.behaves();
        assertEquals("ada", outcome());
    }

    @Test
    void theyAreKeptForAWhile() {
        assertEquals("ada", outcome());
        provider.answers("/jwks", 500, new JsonObject());
        assertEquals("ada", outcome());
    }

    @Test
    void whatAProviderTellsAboutItselfMustHoldAndIsAskedForAgain() {
        for (var missing : new String[] {"authorization_endpoint", "token_endpoint", "jwks_uri"}) {
            var told = provider.description();
            told.remove(missing);
            provider.answers("/.well-known/openid-configuration", told);
            assertEquals("UNAVAILABLE", outcome(), missing);
        }
        provider.answers(
                "/.well-known/openid-configuration", provider.description().put("issuer", "https://other.example"));
        assertEquals("UNAVAILABLE", outcome());
        provider.behaves();
        assertEquals("ada", outcome());
    }
}
