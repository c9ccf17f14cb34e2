package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import omnibus.platform.Json;
import omnibus.platform.call.Contract;
import omnibus.platform.call.SchemaCheck;
import omnibus.user.model.Role;
import omnibus.user.model.UserEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UserContractTest {
    @RegisterExtension
    static final UserService service = new UserService();

    private final JsonNode document = Contract.load("user").document();

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }

    /** Every media type with examples below a node, wherever it is referred to. */
    private void collect(JsonNode node, String at, Map<String, JsonNode> found) {
        if (node.has("$ref")) return;
        if (node.has("schema") && node.has("examples")) found.put(at, node);
        for (var field : node.properties()) collect(field.getValue(), at + "/" + field.getKey(), found);
    }

    private List<String> faults(JsonNode schema, JsonNode value) {
        var wrapped = (ObjectNode) document.deepCopy();
        ((ObjectNode) wrapped.at("/components/schemas")).set("Inline", schema);
        var faults = SchemaCheck.of(Contract.of("user", wrapped), "Inline").faults(value);
        return faults.stream()
                .map(fault -> fault.pointer() + " " + fault.detail())
                .toList();
    }

    @Test
    void everyExampleFitsItsSchema() {
        var media = new TreeMap<String, JsonNode>();
        collect(document, "", media);
        assertTrue(media.size() > 15);
        var wrong = new ArrayList<String>();
        media.forEach((at, content) -> content.path("examples")
                .forEach(example -> faults(
                                content.path("schema"), resolved(example).path("value"))
                        .forEach(fault -> wrong.add(at + ": " + fault))));
        assertEquals(List.of(), wrong);
    }

    @Test
    void whatCostsAHashAndIsSeldomDoneMayBeDoneLessOftenThanSigningIn() {
        var operations = Contract.load("user").operations();
        var signIn = operations.get("user.login").limit();
        for (var dear : List.of("user.register", "user.changePassword")) {
            var limit = operations.get(dear).limit();
            assertFalse(limit.perUser(), dear);
            assertNotEquals(signIn.name(), limit.name(), dear);
            assertTrue(limit.perSecond() * 4 <= signIn.perSecond(), dear);
        }
    }

    private JsonNode requestExample(String path, String method) {
        var body = resolved(document.path("paths").path(path).path(method).path("requestBody"));
        return resolved(body.path("content")
                        .elements()
                        .next()
                        .path("examples")
                        .elements()
                        .next())
                .path("value");
    }

    @Test
    void theExamplesTellAStoryThatWorks() {
        var registered = service.call("register", requestExample("/api/v1/users/register", "post"));
        assertEquals(201, registered.status());
        var login = requestExample("/api/v1/users/login", "post");
        var ada = service.signIn(
                login.path("email").asText(), login.path("password").asText());
        assertEquals(
                200,
                service.callAs(ada, "updateMe", requestExample("/api/v1/users/me", "patch"))
                        .status());
        var home = service.callAs(ada, "addAddress", requestExample("/api/v1/users/me/addresses", "post"));
        assertEquals(201, home.status());
        var homeId = UserService.json(home).path("id").asText();
        var replacement = requestExample("/api/v1/users/me/addresses/{id}", "put");
        assertEquals(200, service.callAs(ada, "putAddress", homeId, replacement).status());
        var promotion = requestExample("/api/v1/users/{id}/roles", "put");
        assertEquals(
                200,
                service.callAs(service.theAdmin(), "putRoles", ada.id(), promotion)
                        .status());
        var change = requestExample("/api/v1/users/me/password", "put");
        assertEquals(204, service.callAs(ada, "changePassword", change).status());
        assertEquals(
                401,
                service.call("refresh", requestExample("/api/v1/users/refresh", "post"))
                        .status());
        assertEquals(
                204,
                service.callAs(ada, "logout", requestExample("/api/v1/users/logout", "post"))
                        .status());
    }

    @Test
    void everyEventIsDeclaredAndFitsItsSchema() {
        var user = UserFixtures.anId();
        var roles = Role.codes(java.util.Set.of(Role.CUSTOMER));
        var told = new ArrayList<UserEvent>(List.of(
                new UserEvent.UserRegistered(user, roles),
                new UserEvent.UserDeleted(user),
                new UserEvent.RolesChanged(user, roles, roles)));
        for (var reason : UserEvent.Reason.values()) {
            told.add(new UserEvent.SessionsEnded(user, List.of(UserFixtures.anId()), reason.code()));
        }
        for (var event : told) {
            var schema =
                    document.at("/webhooks/" + event.type() + "/post/requestBody/content/application~1json/schema");
            assertFalse(schema.isMissingNode(), event.type());
            assertEquals(List.of(), faults(schema, Json.tree(event)));
        }
        assertEquals(4, document.path("webhooks").size());
    }
}
