package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContractTest {
    private static Contract contract(String yaml) {
        try {
            return Contract.of("shop", new YAMLMapper().readTree(yaml));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void anOperationSaysAllThePlatformNeeds() {
        var operation = Contract.load("greeter").operations().get("greeter.keepGreeting");
        assertEquals("POST", operation.method());
        assertEquals("greeter", operation.service());
        assertEquals("keepGreeting", operation.methodName());
        assertEquals(Operation.Priority.CHECKOUT, operation.priority());
        assertTrue(operation.bodyRequired());
        assertEquals(java.util.Set.of("application/json"), operation.mediaTypes());
    }

    @Test
    void anOperationThatDoesNotSayWhoMayCallItFails() {
        var yaml = "paths: {/x: {get: {operationId: shop.look}}}";
        assertThrows(IllegalArgumentException.class, () -> contract(yaml));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{Bearer: [admin]}]",
                "[{oauth2: [admin]}]",
                "[{bearer: admin}]",
                "[{bearer: [admin], apiKey: []}]",
                "[{bearer: [admin]}, {bearer: [clerk]}]",
                "[{bearer: [1]}]",
                "[admin]"
            })
    void aRightThatCannotBeHonouredIsNotTakenForNone(String security) {
        var yaml = "paths: {/x: {get: {operationId: shop.look, security: " + security + "}}}";
        var refusal = assertThrows(IllegalArgumentException.class, () -> contract(yaml));
        assertTrue(refusal.getMessage().contains("shop.look"), refusal.getMessage());
    }

    @Test
    void whatIsWaitedByIsAnOperationOfTheSameContract() {
        var yaml = "paths: {/x: {post: {operationId: shop.buy, security: [], x-wait: %s}}}";
        assertThrows(IllegalArgumentException.class, () -> contract(yaml.formatted("order.awaitOrder")));
        assertThrows(IllegalArgumentException.class, () -> contract(yaml.formatted("shop.awaitNothing")));
        assertEquals(1, contract(yaml.formatted("shop.buy")).operations().size());
    }

    @Test
    void aPathParameterMustBeDeclared() {
        var yaml = "paths: {'/x/{id}': {get: {operationId: shop.look, security: []}}}";
        assertThrows(IllegalArgumentException.class, () -> contract(yaml));
    }

    @Test
    void anOperationHasOneName() {
        var yaml =
                "paths: {/x: {get: {operationId: shop.look, security: []}, put: {operationId: shop.look, security: []}}}";
        assertThrows(IllegalArgumentException.class, () -> contract(yaml));
        assertThrows(
                IllegalArgumentException.class,
                () -> contract("paths: {/x: {get: {operationId: look, security: []}}}"));
    }

    @Test
    void aMethodWithoutAnOperationAndTheReverseFailTheStart() {
        var contract = contract("paths: {/x: {get: {operationId: shop.look, security: []}}}");
        var surplus = new Object() {
            @SuppressWarnings("unused")
            Future<Answer> buy(Call call) {
                return null;
            }
        };
        var refusal = assertThrows(IllegalStateException.class, () -> ApiMethods.of(contract, surplus));
        assertTrue(refusal.getMessage().contains("look") && refusal.getMessage().contains("buy"));
    }
}
