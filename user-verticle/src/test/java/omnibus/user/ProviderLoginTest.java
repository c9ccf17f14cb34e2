package omnibus.user;

import static omnibus.user.UserService.code;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.person;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Signing in with an OpenID provider that runs beside, over HTTP; this test is the browser between the two. */
class ProviderLoginTest {
    private static final String CLIENT = "the-shop";
    private static final String PAGE = "http://localhost:3000/signed-in";
    /** The example of RFC 7636, appendix B. */
    private static final String VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private static final String CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    private static final int PORT = freePort();
    private static final MockOAuth2Server PROVIDER = new MockOAuth2Server();
    private static final HttpClient BROWSER = HttpClient.newHttpClient();

    @RegisterExtension
    static final UserService service = new UserService(Map.of(
            "OMNIBUS_OIDC_ISSUER",
            "http://localhost:" + PORT + "/people",
            "OMNIBUS_OIDC_CLIENT_ID",
            CLIENT,
            "OMNIBUS_OIDC_CLIENT_SECRET",
            "between us",
            "OMNIBUS_OIDC_REDIRECT_URIS",
            PAGE + ", com.example.shop:/signed-in",
            "OMNIBUS_OIDC_NAME",
            "People"));

    private record Back(String code, String state) {
        Map<String, Object> with(String verifier) {
            return Map.of("code", code, "state", state, "codeVerifier", verifier);
        }
    }

    private static Map<String, Object> withPassword(Back back) {
        return withPassword(back, VERIFIER);
    }

    private static Map<String, Object> withPassword(Back back, String verifier) {
        var body = new HashMap<>(back.with(verifier));
        body.put("password", UserService.PASSWORD);
        return body;
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void open() {
        PROVIDER.start(InetAddress.getLoopbackAddress(), PORT);
        // What a test lets the provider say is for the next who comes: nobody may fail because it is slow at first.
        service.eventually(() -> service.call("beginProviderLogin", begin()).status() == 200);
    }

    @AfterAll
    static void close() {
        PROVIDER.shutdown();
    }

    private static String aSubject() {
        return UUID.randomUUID().toString();
    }

    private static Map<String, Object> begin() {
        return Map.of("redirectUri", PAGE, "codeChallenge", CHALLENGE);
    }

    /** Lets the provider say this of the next one who signs in there. */
    private static void knows(String subject, Map<String, Object> claims) {
        knows(subject, claims, 300);
    }

    private static void knows(String subject, Map<String, Object> claims, long seconds) {
        PROVIDER.enqueueCallback(
                new DefaultOAuth2TokenCallback("people", subject, "JWT", List.of(CLIENT), claims, seconds));
    }

    private static Map<String, Object> verified(String email) {
        return Map.of("email", email, "email_verified", true, "name", "Grace Hopper");
    }

    /** To the provider and back, as a browser goes. */
    private static Back visit() {
        var begun = service.call("beginProviderLogin", begin());
        assertEquals(200, begun.status(), begun.body().toString());
        return visit(json(begun).path("authorizationUrl").asText());
    }

    private static Back visit(String url) {
        try {
            var sentBack =
                    BROWSER.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
            var location = URI.create(sentBack.headers().firstValue("location").orElseThrow());
            assertTrue(location.toString().startsWith(PAGE + "?"), location.toString());
            var query = new HashMap<String, String>();
            for (var pair : location.getRawQuery().split("&")) {
                var at = pair.indexOf('=');
                query.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
            }
            return new Back(query.get("code"), query.get("state"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Answer finish(Back back) {
        return service.call("finishProviderLogin", back.with(VERIFIER));
    }

    private static Answer signIn(String subject, Map<String, Object> claims) {
        knows(subject, claims);
        return finish(visit());
    }

    private static void assertRefused(int status, String code, Answer answer) {
        assertEquals(status, answer.status(), answer.body().toString());
        assertEquals(code, code(answer));
    }

    @Test
    void aClientLearnsOfTheProviderAndNoSecretOfIt() {
        var told = service.call(UserService.request("getLoginProvider"));
        assertEquals(
                "{\"name\":\"People\",\"issuer\":\"http://localhost:" + PORT + "/people\"}",
                told.body().toString());
    }

    @Test
    void somebodyNewGetsAnAccountAndIsSignedIn() {
        var email = service.anEmail();
        var grace = person(email, signIn(aSubject(), verified(email)));
        var profile = json(service.callAs(grace, "getMe"));
        assertEquals(email, profile.path("email").asText());
        assertEquals("Grace Hopper", profile.path("name").asText());
        assertEquals("[\"customer\"]", profile.path("roles").toString());
        assertEquals(
                200,
                service.call("refresh", Map.of("refreshToken", grace.refreshToken()))
                        .status());
    }

    @Test
    void theSamePersonComesBackToTheSameAccountWhateverElseHasChanged() {
        var subject = aSubject();
        var first = person("", signIn(subject, verified(service.anEmail())));
        var second = person("", signIn(subject, Map.of("name", "Grace Murray")));
        assertEquals(first.id(), second.id());
        assertNotEquals(first.identity().session(), second.identity().session());
    }

    @Test
    void ofTwoFirstSignInsAtOnceBothAreInTheOneAccount() {
        var subject = aSubject();
        var claims = verified(service.anEmail());
        knows(subject, claims);
        knows(subject, claims);
        var tabs = List.of(visit(), visit()).stream()
                .map(back -> CompletableFuture.supplyAsync(() -> person("", finish(back))))
                .toList();
        assertEquals(tabs.get(0).join().id(), tabs.get(1).join().id());
    }

    @Test
    void anAccountWithTheSameEmailIsNotTakenOver() {
        var owner = service.aCustomer();
        assertRefused(
                409, "email-taken", signIn(aSubject(), verified(owner.email().toUpperCase(java.util.Locale.ROOT))));
        assertEquals(
                0, json(service.callAs(owner, "listIdentities")).path("items").size());
    }

    @Test
    void whoeverOwnsAnAccountLinksItAndSignsInEitherWayFromThenOn() {
        var owner = service.aCustomer();
        var subject = aSubject();
        knows(subject, verified(owner.email()));
        var linked = service.callAs(owner, "linkIdentity", withPassword(visit()));
        assertEquals(200, linked.status(), linked.body().toString());
        assertEquals(
                owner.id(), person("", signIn(subject, verified(owner.email()))).id());
        assertEquals(
                owner.id(), service.signIn(owner.email(), UserService.PASSWORD).id());
        knows(subject, verified(owner.email()));
        var again = service.callAs(owner, "linkIdentity", withPassword(visit()));
        assertEquals(json(linked).path("id"), json(again).path("id"));
    }

    @Test
    void onePersonAtTheProviderBelongsToOneAccountAndTheOtherWayRound() {
        var subject = aSubject();
        person("", signIn(subject, verified(service.anEmail())));
        var other = service.aCustomer();
        knows(subject, Map.of());
        assertRefused(409, "identity-taken", service.callAs(other, "linkIdentity", withPassword(visit())));
        knows(aSubject(), Map.of());
        assertEquals(
                200,
                service.callAs(other, "linkIdentity", withPassword(visit())).status());
        knows(aSubject(), Map.of());
        assertRefused(409, "identity-taken", service.callAs(other, "linkIdentity", withPassword(visit())));
    }

    @Test
    void anEmailThatTheProviderHasNotVerifiedOpensNoAccount() {
        var email = service.anEmail();
        assertRefused(401, "provider-refused", signIn(aSubject(), Map.of("email", email)));
        assertRefused(401, "provider-refused", signIn(aSubject(), Map.of("email", email, "email_verified", false)));
        assertRefused(401, "provider-refused", signIn(aSubject(), Map.of()));
        assertEquals(
                201,
                service.call("register", service.registration("email", email)).status());
    }

    @Test
    void aCodeOfSomebodyElseIsOfNoUseWithoutTheVerifierOfWhoBegan() {
        knows(aSubject(), verified(service.anEmail()));
        var stolen = visit();
        var guessed = "A".repeat(43);
        assertRefused(401, "invalid-login", service.call("finishProviderLogin", stolen.with(guessed)));
        assertRefused(
                401,
                "invalid-login",
                service.callAs(
                        service.aCustomer(),
                        "linkIdentity",
                        withPassword(new Back(stolen.code(), stolen.state()), guessed)));
        assertEquals(200, finish(stolen).status());
    }

    @Test
    void aStateThatDidNotComeFromHereIsSeen() {
        knows(aSubject(), verified(service.anEmail()));
        var back = visit();
        var cut = back.state().lastIndexOf('.');
        var altered =
                back.state().substring(0, cut + 1) + "A".repeat(back.state().length() - cut - 1);
        assertRefused(401, "invalid-login", finish(new Back(back.code(), altered)));
        assertRefused(401, "invalid-login", finish(new Back(back.code(), "no JWT at all")));
        var tokens = json(service.call(
                "login", Map.of("email", UserService.ADMIN_EMAIL, "password", UserService.ADMIN_PASSWORD)));
        assertRefused(
                401,
                "invalid-login",
                finish(new Back(back.code(), tokens.path("token").asText())));
        assertEquals(200, finish(back).status());
    }

    @Test
    void aCodeCountsOnce() {
        knows(aSubject(), verified(service.anEmail()));
        var back = visit();
        assertEquals(200, finish(back).status());
        assertRefused(401, "provider-refused", finish(back));
    }

    @Test
    void anIdTokenForAnotherSignInDoesNotCount() {
        knows(aSubject(), verified(service.anEmail()));
        var one = visit();
        var other = visit();
        assertRefused(401, "provider-refused", finish(new Back(other.code(), one.state())));
    }

    @Test
    void anIdTokenOfThePastDoesNotCount() {
        knows(aSubject(), verified(service.anEmail()), -300);
        assertRefused(401, "provider-refused", finish(visit()));
    }

    @Test
    void peopleAreSentBackToThePagesOfTheShopAlone() {
        for (var elsewhere : List.of("https://evil.example/signed-in", PAGE + "/", PAGE + "?next=1", "/signed-in")) {
            var answer =
                    service.call("beginProviderLogin", Map.of("redirectUri", elsewhere, "codeChallenge", CHALLENGE));
            UserService.assertFault("/redirectUri", answer);
        }
        assertEquals(
                200,
                service.call(
                                "beginProviderLogin",
                                Map.of("redirectUri", "com.example.shop:/signed-in", "codeChallenge", CHALLENGE))
                        .status());
    }

    @Test
    void anAccountWithoutAPasswordKeepsItsOnlyWayInAndHasNoneToChange() {
        var email = service.anEmail();
        var grace = person(email, signIn(aSubject(), verified(email)));
        var link = json(service.callAs(grace, "listIdentities"))
                .path("items")
                .get(0)
                .path("id")
                .asText();
        assertRefused(409, "last-credential", service.callAs(grace, "unlinkIdentity", link, null));
        var change = Map.of("current", "whatever it is", "new", "another password");
        assertRefused(409, "no-password", service.callAs(grace, "changePassword", change));
        assertRefused(401, "wrong-credentials", service.call("login", Map.of("email", email, "password", "null")));
    }

    @Test
    void whoHoldsAnAccessTokenAloneCannotMakeHimselfAnotherKey() {
        var owner = service.aCustomer();
        var subject = aSubject();
        knows(subject, verified(service.anEmail()));
        var thief = visit();
        assertRefused(400, "wrong-password", service.callAs(owner, "linkIdentity", thief.with(VERIFIER)));
        service.callAs(owner, "changePassword", Map.of("current", UserService.PASSWORD, "new", "another password"));
        var ended = service.aCustomer();
        service.callAs(ended, "logout", Map.of("refreshToken", ended.refreshToken()));
        assertRefused(401, "not-signed-in", service.callAs(ended, "linkIdentity", withPassword(thief)));
        assertEquals(
                0, json(service.callAs(owner, "listIdentities")).path("items").size());
    }

    @Test
    void whoeverHoldsAnOlderTokenOfAnAccountWithoutAPasswordCannotMakeHimselfAKeyToIt() {
        var subject = aSubject();
        var claims = verified(service.anEmail());
        var owner = person("", signIn(subject, claims));
        service.letTimePass(owner, 301);
        service.call("refresh", Map.of("refreshToken", owner.refreshToken()));
        knows(subject, claims);
        var back = visit();

        var refused = service.callAs(owner, "linkIdentity", back.with(VERIFIER));

        assertRefused(401, "not-signed-in", refused);
        assertTrue(refused.headers().get("WWW-Authenticate").contains("insufficient_user_authentication"));
        var again = person("", finish(back));
        service.letTimePass(again, 270);
        knows(subject, claims);
        assertEquals(
                200,
                service.callAs(again, "linkIdentity", visit().with(VERIFIER)).status());
    }

    @Test
    void whoeverHoldsAnOlderTokenCannotTakeAnotherOnesKeyAway() {
        var owner = service.aCustomer();
        knows(aSubject(), Map.of());
        var link = json(service.callAs(owner, "linkIdentity", withPassword(visit())))
                .path("id")
                .asText();
        var other = service.signIn(owner.email(), UserService.PASSWORD);
        service.letTimePass(owner, 301);

        assertRefused(401, "not-signed-in", service.callAs(owner, "unlinkIdentity", link, null));
        assertRefused(404, "not-found", service.callAs(owner, "unlinkIdentity", UUID.randomUUID(), null));

        assertEquals(
                1, json(service.callAs(owner, "listIdentities")).path("items").size());
        assertEquals(204, service.callAs(other, "unlinkIdentity", link, null).status());
    }

    @Test
    void whoeverCameInThroughALinkIsOutWhenItIsGone() {
        var owner = service.aCustomer();
        var subject = aSubject();
        knows(subject, Map.of());
        var link = json(service.callAs(owner, "linkIdentity", withPassword(visit())))
                .path("id")
                .asText();
        var guest = person("", signIn(subject, Map.of()));
        assertEquals(204, service.callAs(owner, "unlinkIdentity", link, null).status());
        assertTrue(service.endedSessions().contains(guest.identity().session()));
        assertEquals(
                401,
                service.call("refresh", Map.of("refreshToken", guest.refreshToken()))
                        .status());
        assertEquals(
                200,
                service.call("refresh", Map.of("refreshToken", owner.refreshToken()))
                        .status());
    }

    @Test
    void aStateThatCannotEvenBeParsedIsRefusedLikeAnyOther() {
        var header = "{\"alg\":\"RS256\",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\",\"oth\":[{}]}}";
        var crafted = Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8));
        assertRefused(401, "invalid-login", finish(new Back("code", crafted + ".e30.AA")));
        UserService.assertFault("/code", finish(new Back(" ", crafted)));
    }

    @Test
    void whatIsUnlinkedNoLongerSignsIn() {
        var owner = service.aCustomer();
        var subject = aSubject();
        knows(subject, Map.of());
        var link = json(service.callAs(owner, "linkIdentity", withPassword(visit())))
                .path("id")
                .asText();
        assertEquals(
                404,
                service.callAs(service.aCustomer(), "unlinkIdentity", link, null)
                        .status());
        assertEquals(204, service.callAs(owner, "unlinkIdentity", link, null).status());
        assertEquals(404, service.callAs(owner, "unlinkIdentity", link, null).status());
        assertRefused(409, "email-taken", signIn(subject, verified(owner.email())));
    }

    @Test
    void nothingOfAClosedAccountIsFoundAgain() {
        var email = service.anEmail();
        var subject = aSubject();
        var before = person(email, signIn(subject, verified(email)));
        assertEquals(204, service.callAs(before, "deleteMe").status());
        assertNotEquals(
                before.id(), person(email, signIn(subject, verified(email))).id());
    }
}
