package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import omnibus.platform.call.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A shop whose provider cannot be reached, and one that has none. */
class OpenIdProviderTest {
    @RegisterExtension
    static final UserService cutOff = new UserService(Map.of(
            "OMNIBUS_OIDC_ISSUER", "http://127.0.0.1:1",
            "OMNIBUS_OIDC_CLIENT_ID", "the-shop",
            "OMNIBUS_OIDC_CLIENT_SECRET", "between us",
            "OMNIBUS_OIDC_REDIRECT_URIS", "http://localhost:3000/"));

    @RegisterExtension
    static final UserService without = new UserService();

    private static Answer begin(UserService service) {
        var body = Map.of(
                "redirectUri",
                "http://localhost:3000/",
                "codeChallenge",
                "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        return service.call("beginProviderLogin", body);
    }

    @Test
    void aProviderThatCannotBeReachedIsUnavailableAndEverythingElseGoesOn() {
        var answer = begin(cutOff);
        assertEquals(503, answer.status(), answer.body().toString());
        assertEquals("10", answer.headers().get("Retry-After"));
        cutOff.aCustomer();
    }

    @Test
    void aShopWithoutAProviderHasNothingThere() {
        assertEquals(404, begin(without).status());
        assertEquals(404, without.call(UserService.request("getLoginProvider")).status());
    }
}
