package omnibus.user;

import static omnibus.user.UserService.anAddress;
import static omnibus.user.UserService.assertFault;
import static omnibus.user.UserService.assertIs;
import static omnibus.user.UserService.idsOf;
import static omnibus.user.UserService.json;
import static omnibus.user.UserService.request;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressApiTest {
    @RegisterExtension
    static final UserService service = new UserService();

    @Test
    void theLastPageHasNoNext() {
        var person = service.aCustomer();
        var first = service.callAs(person, "addAddress", anAddress());
        var page = service.call(request("listAddresses").as(person.identity()).query("limit", 1));
        assertEquals(List.of(json(first).path("id").asText()), idsOf(json(page)));
        assertFalse(json(page).has("next"));
        assertFalse(page.headers().contains("Link"));
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
}
