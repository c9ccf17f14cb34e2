package omnibus.user;

import static omnibus.user.UserService.assertFault;
import static omnibus.user.UserService.assertIs;
import static omnibus.user.UserService.code;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import omnibus.platform.call.BusHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SignInApiTest {
    @RegisterExtension
    static final UserService service = new UserService();

    @Test
    void signingInAnswersTokensThatNobodyMayKeepInACache() {
        var answer =
                service.call("login", Map.of("email", UserService.ADMIN_EMAIL, "password", UserService.ADMIN_PASSWORD));
        assertEquals(200, answer.status());
        assertEquals("no-store", answer.headers().get("Cache-Control"));
        assertIs("Tokens", json(answer));
        assertEquals(900, json(answer).path("expiresIn").asInt());
        assertEquals(
                Set.of("customer", "admin"),
                UserService.identityOf(json(answer)).roles());
    }

    @Test
    void wrongCredentialsAreOne401() {
        var person = service.aCustomer();
        var wrongPassword = service.call("login", Map.of("email", person.email(), "password", "wrong password"));
        var wrongEmail = service.call("login", Map.of("email", service.anEmail(), "password", UserService.PASSWORD));
        var noEmail = service.call("login", Map.of("email", "rubbish", "password", "x"));
        for (var answer : List.of(wrongPassword, wrongEmail, noEmail)) {
            assertEquals(401, answer.status());
            assertEquals("wrong-credentials", code(answer));
            assertTrue(answer.headers().contains("WWW-Authenticate"));
        }
        assertEquals(
                json(wrongPassword).path("detail").asText(),
                json(wrongEmail).path("detail").asText());
    }

    @Test
    void theEleventhFailureIsToldWhenToComeBack() {
        var person = service.aCustomer();
        var address = "2001:db8::7";
        for (var i = 0; i < 11; i++) {
            var attempt = request("login").body(Map.of("email", person.email(), "password", "wrong password"));
            attempt.headers().set(BusHeaders.CLIENT, address);
            var answer = service.call(attempt);
            assertEquals(i < 10 ? 401 : 429, answer.status());
            if (i < 10) continue;
            var wait = Integer.parseInt(answer.headers().get("Retry-After"));
            assertTrue(wait > 0 && wait <= 900);
        }
    }

    @Test
    void refreshingRotatesAndReuseEndsTheSession() {
        var person = service.aCustomer();
        var once = service.call("refresh", Map.of("refreshToken", person.refreshToken()));
        assertEquals(200, once.status());
        assertEquals("no-store", once.headers().get("Cache-Control"));
        assertIs("Tokens", json(once));
        var second = json(once).path("refreshToken").asText();
        assertEquals(
                person.identity().session(), UserService.identityOf(json(once)).session());

        assertEquals(
                200, service.call("refresh", Map.of("refreshToken", second)).status());
        var reuse = service.call("refresh", Map.of("refreshToken", person.refreshToken()));

        assertEquals(401, reuse.status());
        assertEquals("invalid-refresh-token", code(reuse));
        assertTrue(service.endedSessions().contains(person.identity().session()));
    }

    @Test
    void gatewaysMayAskForWhatEndedSinceTheyAskedLast() {
        var asOf = json(service.call(request("readEndedSessions"))).path("asOf").asText();
        var person = service.aCustomer();
        service.callAs(person, "logout", Map.of("refreshToken", person.refreshToken()));
        var answer = service.call(request("readEndedSessions").query("since", asOf));
        assertTrue(answer.body().toString().contains(person.identity().session()));
        assertEquals(
                400,
                service.call(request("readEndedSessions").query("since", "yesterday"))
                        .status());
    }

    @Test
    void signingOutIs204AndOver() {
        var person = service.aCustomer();
        var answer = service.callAs(person, "logout", Map.of("refreshToken", person.refreshToken()));
        assertEquals(204, answer.status());
        assertEquals(0, answer.body().length());
        assertTrue(service.endedSessions().contains(person.identity().session()));
        assertEquals(
                401,
                service.call("refresh", Map.of("refreshToken", person.refreshToken()))
                        .status());
        assertEquals(
                204,
                service.callAs(person, "logout", Map.of("refreshToken", "rubbish"))
                        .status());
    }

    @Test
    void aPasswordIsChangedWithThePresentOne() {
        var person = service.aCustomer();
        var other = service.signIn(person.email(), UserService.PASSWORD);
        var wrong =
                service.callAs(person, "changePassword", Map.of("current", "not this one", "new", "a new password"));
        assertFault("/current", wrong);
        assertEquals("wrong-password", code(wrong));
        assertFault(
                "/new",
                service.callAs(person, "changePassword", Map.of("current", UserService.PASSWORD, "new", "short")));

        var right = service.callAs(
                person, "changePassword", Map.of("current", UserService.PASSWORD, "new", "a new password"));

        assertEquals(204, right.status());
        assertEquals(
                401,
                service.call("refresh", Map.of("refreshToken", other.refreshToken()))
                        .status());
        assertEquals(
                200,
                service.call("refresh", Map.of("refreshToken", person.refreshToken()))
                        .status());
    }

    @Test
    void afterSigningOutAndAfterAPasswordChangeNoOldRefreshTokenCountsAndTheSessionIsToldToHaveEnded() {
        var person = service.aCustomer();
        var leaving = service.signIn(person.email(), UserService.PASSWORD);
        var other = service.signIn(person.email(), UserService.PASSWORD);
        var renewed = json(service.call("refresh", Map.of("refreshToken", other.refreshToken())))
                .path("refreshToken")
                .asText();

        service.callAs(leaving, "logout", Map.of("refreshToken", leaving.refreshToken()));
        assertRefused(leaving.refreshToken());
        assertEquals(List.of(leaving.identity().session()), endedOf(person, leaving, other));

        service.callAs(person, "changePassword", Map.of("current", UserService.PASSWORD, "new", "a new password"));
        assertRefused(renewed);
        assertRefused(other.refreshToken());
        assertEquals(
                List.of(leaving.identity().session(), other.identity().session()), endedOf(person, leaving, other));
    }

    private static void assertRefused(String refreshToken) {
        var answer = service.call("refresh", Map.of("refreshToken", refreshToken));
        assertEquals(401, answer.status());
        assertEquals("invalid-refresh-token", code(answer));
    }

    private static List<String> endedOf(UserService.Person... people) {
        var ended = service.endedSessions();
        return Stream.of(people)
                .map(person -> person.identity().session())
                .filter(ended::contains)
                .toList();
    }

    @Test
    void theKeySetIsPublicAndHidesThePrivateParts() {
        var answer = service.call(request("getJwks"));
        assertEquals(200, answer.status());
        assertEquals("public, max-age=60", answer.headers().get("Cache-Control"));
        assertTrue(answer.headers().contains("ETag"));
        var key = json(answer).path("keys").path(0);
        var fields = new ArrayList<String>();
        key.fieldNames().forEachRemaining(fields::add);
        assertEquals(Set.of("kty", "use", "alg", "kid", "n", "e"), Set.copyOf(fields));
        assertEquals("RS256", key.path("alg").asText());
    }
}
