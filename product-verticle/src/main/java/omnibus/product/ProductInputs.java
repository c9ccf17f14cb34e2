package omnibus.product;

import com.fasterxml.jackson.databind.JsonNode;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Contract;
import omnibus.platform.call.SchemaCheck;

/** What a shopkeeper sends, checked: by the contract's schema, and for the one currency this shop sells in. */
final class ProductInputs {
    private final SchemaCheck schema;
    private final String currency;

    ProductInputs(Contract contract, String currency) {
        this.schema = SchemaCheck.of(contract, "ProductBody");
        this.currency = currency;
    }

    /** A body that no schema has seen yet. Throws {@link Problem} 400 with every fault. */
    ProductBody read(JsonNode tree) {
        var faults = schema.faults(tree);
        if (!faults.isEmpty()) throw Problem.invalid(faults);
        return inOurCurrency(Json.convert(tree, ProductBody.class));
    }

    /** Throws {@link Problem} 400 {@code currency-not-sold}. */
    ProductBody inOurCurrency(ProductBody body) {
        if (body.price().currency().equals(currency)) return body;
        throw Problem.invalid(
                "currency-not-sold",
                "This shop sells in " + currency + " only.",
                Fault.at("/price/currency", "must be " + currency));
    }
}
