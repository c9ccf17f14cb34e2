package omnibus.user;

import static omnibus.user.UserService.assertFault;
import static omnibus.user.UserService.assertIs;
import static omnibus.user.UserService.code;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterApiTest {
    @RegisterExtension
    static final UserService service = new UserService();

    @Test
    void registeringAnswersTheProfileAndWhereItIs() {
        var answer = service.call("register", service.registration("email", " Grace@Example.com "));

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
        var body = service.registration();
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
        assertFault("/email", service.call("register", service.registration("email", email.replace("\\n", "\n"))));
    }

    @Test
    void passwordsHave8To128CharactersOfAnyScript() {
        assertFault("/password", service.call("register", service.registration("password", "seven77")));
        assertFault("/password", service.call("register", service.registration("password", "x".repeat(129))));
        for (var password : List.of("пароль-1", "🔑".repeat(8), "🔑".repeat(128), "x".repeat(64))) {
            var body = service.registration("password", password);
            assertEquals(201, service.call("register", body).status(), password);
            assertEquals(
                    200,
                    service.call("login", Map.of("email", body.get("email"), "password", password))
                            .status());
        }
    }

    @Test
    void aPasswordThatIsTooLongIsRefusedWithoutBeingHashed() {
        var longest = "x".repeat(128);
        var registration = service.registration("password", longest);
        assertEquals(201, service.call("register", registration).status());
        var email = registration.get("email");
        var person = service.aCustomer();
        var letThemHash = service.keepFromHashing();
        var hashed =
                CompletableFuture.supplyAsync(() -> service.call("login", Map.of("email", email, "password", longest)));
        try {
            for (var tooLong : List.of("x".repeat(129), "x".repeat(1_000_000))) {
                assertFault("/password", service.call("register", service.registration("password", tooLong)));
                assertFault("/password", service.call("login", Map.of("email", email, "password", tooLong)));
                assertFault("/current", change(person, tooLong, longest));
                assertFault("/new", change(person, UserService.PASSWORD, tooLong));
            }
            assertFalse(hashed.isDone());
        } finally {
            letThemHash.run();
        }
        assertEquals(200, hashed.join().status());
    }

    private static Answer change(UserService.Person person, String current, String wanted) {
        return service.callAs(person, "changePassword", Map.of("current", current, "new", wanted));
    }

    @Test
    void namesHaveUpTo200CharactersAndSomethingToRead() {
        assertEquals(
                201,
                service.call("register", service.registration("name", "n".repeat(200)))
                        .status());
        for (var name : List.of("", "   ", "n".repeat(201), "two\nlines", "trailing\n", "bell\u0007")) {
            assertFault("/name", service.call("register", service.registration("name", name)));
        }
    }

    @ParameterizedTest
    @CsvSource({"roles,admin", "id,1", "emailVerified,true", "createdAt,now"})
    void nobodyRegistersWithMoreThanIsTheirs(String field, String value) {
        assertFault("/" + field, service.call("register", service.registration(field, value)));
    }

    @Test
    void wrongTypesAndMissingFieldsAreNamed() {
        assertFault("/name", service.call("register", service.registration("name", 7)));
        assertFault("/email", service.call("register", service.registration("email", List.of())));
        assertFault("/password", service.call("register", Map.of("email", "a@example.com", "name", "A")));
        assertEquals(400, service.call(request("register")).status());
        assertEquals(400, service.call("register", List.of()).status());
    }

    @Test
    void textsThatLookLikeCodeAreTexts() {
        for (var name :
                List.of("' OR 1=1--", "${jndi:ldap://x}", "{\"$gt\":\"\"}", "<script>alert(1)</script>", "%s%n")) {
            var answer = service.call("register", service.registration("name", name));
            assertEquals(name, json(answer).path("name").asText());
        }
    }
}
