package omnibus.user;

import static omnibus.user.UserService.anAddress;
import static omnibus.user.UserService.code;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import omnibus.platform.call.Answer;
import omnibus.platform.call.BusHeaders;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Identity;
import omnibus.platform.call.PageCursor;
import omnibus.platform.call.SchemaCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserApiTest {
    @RegisterExtension
    static final UserService service = new UserService();

    private static void assertIs(String schema, JsonNode value) {
        assertEquals(List.of(), SchemaCheck.of(Contract.load("user"), schema).faults(value));
    }

    private static Map<String, Object> registration(Object... otherwise) {
        var body = new HashMap<String, Object>(
                Map.of("email", service.anEmail(), "password", UserService.PASSWORD, "name", "Ada Lovelace"));
        for (var i = 0; i < otherwise.length; i += 2) body.put(otherwise[i].toString(), otherwise[i + 1]);
        return body;
    }

    private static void assertFault(String pointer, Answer answer) {
        assertEquals(400, answer.status(), answer.body().toString());
        assertIs("Problem", json(answer));
        var pointers = new ArrayList<String>();
        json(answer)
                .path("errors")
                .forEach(fault -> pointers.add(fault.path("pointer").asText()));
        assertTrue(pointers.contains(pointer), pointers.toString());
    }

    private static List<String> idsOf(JsonNode page) {
        return StreamSupport.stream(page.path("items").spliterator(), false)
                .map(item -> item.path("id").asText())
                .toList();
    }

    @Test
    void registeringAnswersTheProfileAndWhereItIs() {
        var answer = service.call("register", registration("email", " Grace@Example.com "));

        assertEquals(201, answer.status());
        assertIs("Profile", json(answer));
        assertEquals("grace@example.com", json(answer).path("email").asText());
        assertEquals("[\"customer\"]", json(answer).path("roles").toString());
        var id = json(answer).path("id").asText();
        assertEquals("/api/v1/users/" + id, answer.headers().get("Location"));
        assertEquals('7', id.charAt(14));
    }

    @Test
    void aTakenEmailIsAConflict() {
        var body = registration();
        service.call("register", body);
        var again = service.call("register", body);
        assertEquals(409, again.status());
        assertEquals("email-taken", code(again));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ada",
                "ada@",
                "@example.com",
                "ada@example",
                "a b@example.com",
                "",
                "ada@example.com\\nx",
                "a@b@c.de"
            })
    void whatIsNoEmailIsRefused(String email) {
        assertFault("/email", service.call("register", registration("email", email.replace("\\n", "\n"))));
    }

    @Test
    void passwordsHave8To128CharactersOfAnyScript() {
        assertFault("/password", service.call("register", registration("password", "seven77")));
        assertFault("/password", service.call("register", registration("password", "x".repeat(129))));
        for (var password : List.of("пароль-1", "🔑".repeat(8), "🔑".repeat(128), "x".repeat(64))) {
            var body = registration("password", password);
            assertEquals(201, service.call("register", body).status(), password);
            assertEquals(
                    200,
                    service.call("login", Map.of("email", body.get("email"), "password", password))
                            .status());
        }
    }

    @Test
    void namesHaveUpTo200CharactersAndSomethingToRead() {
        assertEquals(
                201,
                service.call("register", registration("name", "n".repeat(200))).status());
        for (var name : List.of("", "   ", "n".repeat(201), "two\nlines", "trailing\n", "bell\u0007")) {
            assertFault("/name", service.call("register", registration("name", name)));
        }
    }

    @ParameterizedTest
    @CsvSource({"roles,admin", "id,1", "emailVerified,true", "createdAt,now"})
    void nobodyRegistersWithMoreThanIsTheirs(String field, String value) {
        assertFault("/" + field, service.call("register", registration(field, value)));
    }

    @Test
    void wrongTypesAndMissingFieldsAreNamed() {
        assertFault("/name", service.call("register", registration("name", 7)));
        assertFault("/email", service.call("register", registration("email", List.of())));
        assertFault("/password", service.call("register", Map.of("email", "a@example.com", "name", "A")));
        assertEquals(400, service.call(request("register")).status());
        assertEquals(400, service.call("register", List.of()).status());
    }

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
        assertTrue(endedSessions().contains(person.identity().session()));
    }

    private static List<String> endedSessions() {
        var answer = service.call(request("readEndedSessions"));
        assertEquals(200, answer.status());
        return StreamSupport.stream(json(answer).path("sessions").spliterator(), false)
                .map(one -> one.path("session").asText())
                .toList();
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
        assertTrue(endedSessions().contains(person.identity().session()));
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
    void whoIsNotSignedInSeesNothing() {
        for (var operation : List.of("getMe", "listAddresses", "listUsers", "deleteMe")) {
            var answer = service.call(request(operation));
            assertEquals(401, answer.status(), operation);
            assertEquals("not-signed-in", code(answer));
        }
    }

    @Test
    void aProfileHasAnEntityTagThatChangesWithIt() {
        var person = service.aCustomer();
        var first = service.callAs(person, "getMe");
        var tag = first.headers().get("ETag");
        assertIs("Profile", json(first));

        var again = service.call(request("getMe").as(person.identity()).header("If-None-Match", tag));
        assertEquals(304, again.status());

        var renamed = service.callAs(person, "updateMe", Map.of("name", "Ada King"));
        assertEquals("Ada King", json(renamed).path("name").asText());
        var changed = service.call(request("getMe").as(person.identity()).header("If-None-Match", tag));
        assertEquals(200, changed.status());
        assertNotEquals(tag, changed.headers().get("ETag"));
    }

    @Test
    void anEmptyPatchChangesNothingAndANullNameIsRefused() {
        var person = service.aCustomer();
        assertEquals(
                "Some Body",
                json(service.callAs(person, "updateMe", Map.of())).path("name").asText());
        var nothing = new HashMap<String, Object>();
        nothing.put("name", null);
        var withNull =
                request("updateMe").as(person.identity()).bytes(io.vertx.core.buffer.Buffer.buffer("{\"name\":null}"));
        assertFault("/name", service.call(withNull));
    }

    @ParameterizedTest
    @ValueSource(strings = {"role", "roles", "email", "id", "balance", "emailVerified", "password"})
    void aPatchCannotReachAnythingElse(String field) {
        var person = service.aCustomer();
        var before = service.callAs(person, "getMe").body();
        assertFault("/" + field, service.callAs(person, "updateMe", Map.of("name", "X", field, "admin")));
        assertEquals(before, service.callAs(person, "getMe").body());
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
    void aProfileIsForItsOwnerAndAdmins() {
        var person = service.aCustomer();
        var stranger = service.aCustomer();
        assertEquals(200, service.callAs(person, "getUser", person.id(), null).status());
        assertEquals(
                200,
                service.callAs(service.theAdmin(), "getUser", person.id(), null).status());

        var foreign = service.callAs(stranger, "getUser", person.id(), null);
        var unknown = service.callAs(stranger, "getUser", UserFixtures.anId(), null);
        var rubbish = service.callAs(stranger, "getUser", "no-id-at-all", null);

        assertEquals(404, foreign.status());
        assertEquals(unknown.body(), foreign.body());
        assertEquals(unknown.body(), rubbish.body());
        assertEquals(
                404,
                service.callAs(service.theAdmin(), "getUser", UserFixtures.anId(), null)
                        .status());
    }

    @Test
    void onlyAdminsListUsersAndGiveRoles() {
        var person = service.aCustomer();
        assertEquals(403, service.callAs(person, "listUsers").status());
        assertEquals(
                403,
                service.callAs(person, "putRoles", person.id(), Map.of("roles", List.of("admin")))
                        .status());
    }

    @Test
    void usersAreListedNewestFirstPageByPage() {
        var admin = service.theAdmin();
        var third = service.aCustomer().id().toString();
        var second = service.aCustomer().id().toString();
        var first = service.aCustomer().id().toString();

        var page = service.call(request("listUsers").as(admin.identity()).query("limit", 2));

        assertEquals(List.of(first, second), idsOf(json(page)));
        json(page).path("items").forEach(profile -> assertIs("Profile", profile));
        assertTrue(page.headers().get("Link").endsWith("rel=\"next\""));
        service.aCustomer();
        var next = request("listUsers")
                .as(admin.identity())
                .query("limit", 1)
                .query("cursor", json(page).path("next").asText());
        assertEquals(List.of(third), idsOf(json(service.call(next))));
    }

    @Test
    void theLastPageHasNoNext() {
        var person = service.aCustomer();
        var first = service.callAs(person, "addAddress", anAddress());
        var page = service.call(request("listAddresses").as(person.identity()).query("limit", 1));
        assertEquals(List.of(json(first).path("id").asText()), idsOf(json(page)));
        assertFalse(json(page).has("next"));
        assertFalse(page.headers().contains("Link"));
    }

    @ParameterizedTest
    @CsvSource({"limit,0", "limit,101", "limit,x", "limit,1000000000", "cursor,rubbish", "sort,name", "offset,3"})
    void whatNoListUnderstandsIsRefused(String name, String value) {
        var answer = service.call(
                request("listUsers").as(service.theAdmin().identity()).query(name, value));
        assertEquals(400, answer.status());
        assertEquals(name, json(answer).path("errors").path(0).path("parameter").asText());
    }

    @ParameterizedTest
    @CsvSource({"yesterday,0197c3a1-8f2e-7c41-9d0a-5b6f1e2d3c4b", "2026-01-01T00:00:00Z,nobody"})
    void aForgedCursorIsRefused(String time, String id) {
        var cursor = PageCursor.of(time, id);
        var answer = service.call(
                request("listUsers").as(service.theAdmin().identity()).query("cursor", cursor));
        assertEquals(400, answer.status());
        assertEquals("invalid-cursor", code(answer));
    }

    @Test
    void rolesAreReplacedAndMeanSomethingAtTheNextToken() {
        var admin = service.theAdmin();
        var person = service.aCustomer();
        var promoted = service.callAs(admin, "putRoles", person.id(), Map.of("roles", List.of("admin", "customer")));
        assertEquals(200, promoted.status());
        assertEquals("[\"customer\",\"admin\"]", json(promoted).path("roles").toString());
        var tokens = service.call("refresh", Map.of("refreshToken", person.refreshToken()));
        assertTrue(UserService.identityOf(json(tokens)).isAdmin());

        service.callAs(admin, "putRoles", person.id(), Map.of("roles", List.of("customer")));

        assertTrue(endedSessions().contains(person.identity().session()));
        var refresh = Map.of("refreshToken", json(tokens).path("refreshToken").asText());
        assertFalse(
                UserService.identityOf(json(service.call("refresh", refresh))).isAdmin());
    }

    @Test
    void onlyKnownRolesCanBeGivenAndAtLeastOne() {
        var admin = service.theAdmin();
        var person = service.aCustomer();
        for (var roles : List.of(List.of(), List.of("root"), List.of("admin", "admin"), List.of("ADMIN"))) {
            assertEquals(
                    400,
                    service.callAs(admin, "putRoles", person.id(), Map.of("roles", roles))
                            .status());
        }
        var nobody = service.callAs(admin, "putRoles", UserFixtures.anId(), Map.of("roles", List.of("admin")));
        assertEquals(404, nobody.status());
    }

    @Test
    void theLastAdminStays() {
        var admin = service.theAdmin();
        var demotion = service.callAs(admin, "putRoles", admin.id(), Map.of("roles", List.of("customer")));
        assertEquals(409, demotion.status());
        assertEquals("last-admin", code(demotion));
        assertEquals(409, service.callAs(admin, "deleteMe").status());
        assertTrue(service.theAdmin().identity().isAdmin());
    }

    @Test
    void aClosedAccountIsGoneAndItsEmailFree() {
        var person = service.aCustomer();
        var home = json(service.callAs(person, "addAddress", anAddress()))
                .path("id")
                .asText();

        assertEquals(204, service.callAs(person, "deleteMe").status());

        assertEquals(204, service.callAs(person, "deleteMe").status());
        assertEquals(401, service.callAs(person, "getMe").status());
        assertEquals(404, service.callAs(person, "getAddress", home, null).status());
        assertEquals(
                404,
                service.callAs(service.theAdmin(), "getUser", person.id(), null).status());
        assertTrue(endedSessions().contains(person.identity().session()));
        assertEquals(
                401,
                service.call("refresh", Map.of("refreshToken", person.refreshToken()))
                        .status());
        assertEquals(
                201,
                service.call("register", registration("email", person.email())).status());
    }

    @Test
    void addressesAreAddedReplacedAndRemoved() {
        var person = service.aCustomer();
        var added = service.callAs(person, "addAddress", anAddress("line2", "c/o Babbage"));
        assertEquals(201, added.status());
        assertIs("Address", json(added));
        var id = json(added).path("id").asText();
        assertEquals("/api/v1/users/me/addresses/" + id, added.headers().get("Location"));
        assertFalse(json(added).has("region"));

        var replaced = service.callAs(person, "putAddress", id, anAddress("region", "England"));
        assertEquals(200, replaced.status());
        assertFalse(json(replaced).has("line2"));
        var read = service.callAs(person, "getAddress", id, null);
        assertEquals(replaced.body(), read.body());
        var tag = read.headers().get("ETag");
        var unchanged =
                request("getAddress").as(person.identity()).path("id", id).header("If-None-Match", tag);
        assertEquals(304, service.call(unchanged).status());

        assertEquals(204, service.callAs(person, "deleteAddress", id, null).status());
        assertEquals(404, service.callAs(person, "deleteAddress", id, null).status());
    }

    @Test
    void somebodyElsesAddressLooksLikeNone() {
        var owner = service.aCustomer();
        var stranger = service.aCustomer();
        var id = json(service.callAs(owner, "addAddress", anAddress()))
                .path("id")
                .asText();
        for (var operation : List.of("getAddress", "putAddress", "deleteAddress")) {
            var body = operation.equals("putAddress") ? anAddress() : null;
            var foreign = service.callAs(stranger, operation, id, body);
            var unknown = service.callAs(stranger, operation, UserFixtures.anId(), body);
            var rubbish = service.callAs(stranger, operation, "%2e%2e", body);
            assertEquals(404, foreign.status());
            assertEquals(unknown.body(), foreign.body());
            assertEquals(unknown.body(), rubbish.body());
        }
        assertEquals(200, service.callAs(owner, "getAddress", id, null).status());
    }

    @ParameterizedTest
    @CsvSource({"country,XX", "country,gb", "country,GBR", "line1,''", "city,' '", "postalCode,''", "company,ACME"})
    void anAddressOfTheWrongFormIsRefused(String field, String value) {
        assertFault("/" + field, service.callAs(service.aCustomer(), "addAddress", anAddress(field, value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "line1", "city", "postalCode", "country"})
    void anAddressWithoutWhatMailNeedsIsRefused(String field) {
        assertFault("/" + field, service.callAs(service.aCustomer(), "addAddress", anAddress(field, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "line1", "line2", "city", "region"})
    void addressLinesHaveUpTo200Characters(String field) {
        var person = service.aCustomer();
        assertEquals(
                201,
                service.callAs(person, "addAddress", anAddress(field, "é".repeat(200)))
                        .status());
        assertFault("/" + field, service.callAs(person, "addAddress", anAddress(field, "é".repeat(201))));
    }

    @Test
    void servicesReadAnAddressForWhoseItIs() {
        var owner = service.aCustomer();
        var added = service.callAs(owner, "addAddress", anAddress());
        var id = json(added).path("id").asText();
        var read = service.call("readAddress", Map.of("userId", owner.id(), "addressId", id));
        assertEquals(200, read.status());
        assertEquals(added.body(), read.body());
        var stranger = service.aCustomer();
        assertEquals(
                404,
                service.call("readAddress", Map.of("userId", stranger.id(), "addressId", id))
                        .status());
        assertEquals(
                404,
                service.call("readAddress", Map.of("userId", owner.id(), "addressId", "rubbish"))
                        .status());
        assertEquals(
                400,
                service.call("readAddress", Map.of("userId", "rubbish", "addressId", id))
                        .status());
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

    @Test
    void noAnswerShowsAHash() {
        var person = service.aCustomer();
        var admin = service.theAdmin();
        var answers = List.of(
                service.callAs(person, "getMe"),
                service.callAs(admin, "listUsers"),
                service.callAs(person, "updateMe", Map.of("name", "Ada")),
                service.callAs(admin, "getUser", person.id(), null));
        answers.forEach(answer -> assertFalse(answer.body().toString().matches("(?s).*(argon|hash|password).*")));
    }

    @Test
    void textsThatLookLikeCodeAreTexts() {
        for (var name :
                List.of("' OR 1=1--", "${jndi:ldap://x}", "{\"$gt\":\"\"}", "<script>alert(1)</script>", "%s%n")) {
            var answer = service.call("register", registration("name", name));
            assertEquals(name, json(answer).path("name").asText());
        }
    }

    @Test
    void anIdentityWithoutAnAccountIsNobody() {
        var ghost = new UserService.Person(
                new Identity(
                        UserFixtures.anId(),
                        Set.of("customer"),
                        UserFixtures.anId().toString()),
                "",
                "");
        assertEquals(401, service.callAs(ghost, "getMe").status());
        assertEquals(401, service.callAs(ghost, "updateMe", Map.of("name", "X")).status());
        assertEquals(401, service.callAs(ghost, "addAddress", anAddress()).status());
        var change = Map.of("current", UserService.PASSWORD, "new", "a new password");
        assertEquals(401, service.callAs(ghost, "changePassword", change).status());
    }
}
