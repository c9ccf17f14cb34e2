package omnibus.user;

import static omnibus.user.UserService.code;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Providers that cannot be reached or do not behave, and a shop that has none. */
class OpenIdProviderTest {
    private static final String PAGE = "http://localhost:3000/";
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final ScriptedProvider PROVIDER = new ScriptedProvider();

    @RegisterExtension
    static final UserService service = new UserService(settings(PROVIDER.issuer()));

    @RegisterExtension
    static final UserService cutOff = new UserService(settings("http://127.0.0.1:1"));

    @RegisterExtension
    static final UserService without = new UserService();

    private static Map<String, String> settings(String issuer) {
        return Map.of(
                "OMNIBUS_OIDC_ISSUER",
                issuer,
                "OMNIBUS_OIDC_CLIENT_ID",
                ScriptedProvider.CLIENT,
                "OMNIBUS_OIDC_CLIENT_SECRET",
                "between us",
                "OMNIBUS_OIDC_REDIRECT_URIS",
                PAGE);
    }

    @AfterAll
    static void close() {
        PROVIDER.close();
    }

    @BeforeEach
    void behave() {
        PROVIDER.behaves();
    }

    private static Answer begin(UserService asked) {
        return asked.call("beginProviderLogin", Map.of("redirectUri", PAGE, "codeChallenge", CHALLENGE));
    }

    /** What the browser would bring to the provider. */
    private static Map<String, String> begun() {
        var answer = begin(service);
        assertEquals(200, answer.status(), answer.body().toString());
        var query = new HashMap<String, String>();
        var url = URI.create(json(answer).path("authorizationUrl").asText());
        Arrays.stream(url.getRawQuery().split("&"))
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> query.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return query;
    }

    private static Answer finish(Map<String, String> begun) {
        return service.call(
                "finishProviderLogin", Map.of("code", "any", "state", begun.get("state"), "codeVerifier", VERIFIER));
    }

    private static Map<String, Object> somebody(Object... otherwise) {
        var claims = new HashMap<String, Object>(
                Map.of("sub", UUID.randomUUID().toString(), "email", service.anEmail(), "email_verified", true));
        for (var i = 0; i < otherwise.length; i += 2) claims.put(otherwise[i].toString(), otherwise[i + 1]);
        return claims;
    }

    private static Answer finishAs(Map<String, Object> claims) {
        var begun = begun();
        PROVIDER.knows(begun.get("nonce"), claims);
        return finish(begun);
    }

    private static void assertUnavailable(Answer answer) {
        assertEquals(503, answer.status(), answer.body().toString());
        assertEquals("10", answer.headers().get("Retry-After"));
    }

    private static void assertRefused(Answer answer) {
        assertEquals(401, answer.status(), answer.body().toString());
        assertEquals("provider-refused", code(answer));
    }

    @Test
    void theRequestThatGoesToTheProviderHasAllThatProtectsIt() {
        var begun = begun();
        assertEquals("code", begun.get("response_type"));
        assertEquals("S256", begun.get("code_challenge_method"));
        assertEquals(CHALLENGE, begun.get("code_challenge"));
        assertTrue(begun.get("nonce").length() >= 43);
    }

    @Test
    void anIdTokenForSomebodyElseOrFromSomebodyElseDoesNotCount() {
        assertEquals(200, finishAs(somebody()).status());
        assertRefused(finishAs(somebody("aud", "another-shop")));
        assertRefused(finishAs(somebody("iss", "https://evil.example")));
        assertRefused(finishAs(somebody("nonce", "of another sign-in")));
    }

    @Test
    void anAnswerThatSaysNothingIsRefused() {
        var begun = begun();
        PROVIDER.answers("/token", new JsonObject().put("access_token", "a").put("token_type", "Bearer"));
        assertRefused(finish(begun));
        PROVIDER.answers("/token", new JsonObject().put("surprise", true));
        assertRefused(finish(begun));
        PROVIDER.answers("/token", 400, new JsonObject().put("error", "invalid_grant"));
        assertRefused(finish(begun));
    }

    @Test
    void whatACustomerCannotMendIsNotBlamedOnTheCustomer() {
        var begun = begun();
        PROVIDER.answers("/token", 401, new JsonObject().put("error", "invalid_client"));
        assertUnavailable(finish(begun));
        PROVIDER.answers("/token", 500, new JsonObject());
        assertUnavailable(finish(begun));
        PROVIDER.hangs("/token");
        assertUnavailable(finish(begun));
    }

    @Test
    void anEmailThatIsNotInTheIdTokenIsAskedFor() {
        var subject = UUID.randomUUID().toString();
        var email = service.anEmail();
        var told = new JsonObject().put("sub", subject).put("email", email).put("email_verified", true);
        PROVIDER.answers("/userinfo", told.copy().put("sub", "somebody else"));
        assertRefused(finishAs(Map.of("sub", subject)));
        PROVIDER.answers("/userinfo", told);
        var signedIn = person(email, finishAs(Map.of("sub", subject)));
        assertEquals(
                email, json(service.callAs(signedIn, "getMe")).path("email").asText());
    }

    @Test
    void aProviderThatCannotBeReachedIsUnavailableAndEverythingElseGoesOn() {
        assertUnavailable(begin(cutOff));
        cutOff.aCustomer();
    }

    @Test
    void aShopWithoutAProviderHasNothingThere() {
        assertEquals(404, begin(without).status());
        assertEquals(404, without.call(UserService.request("getLoginProvider")).status());
    }
}
