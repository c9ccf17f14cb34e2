package omnibus.user;

import static omnibus.user.UserService.anAddress;
import static omnibus.user.UserService.assertFault;
import static omnibus.user.UserService.assertIs;
import static omnibus.user.UserService.code;
import static omnibus.user.UserService.idsOf;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import omnibus.platform.call.Identity;
import omnibus.platform.call.PageCursor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserApiTest {
    @RegisterExtension
    static final UserService service = new UserService();

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

        assertTrue(service.endedSessions().contains(person.identity().session()));
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
        assertTrue(service.endedSessions().contains(person.identity().session()));
        assertEquals(
                401,
                service.call("refresh", Map.of("refreshToken", person.refreshToken()))
                        .status());
        assertEquals(
                201,
                service.call("register", service.registration("email", person.email()))
                        .status());
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
