package omnibus.cart;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.cart.model.Product;
import omnibus.platform.call.Call;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Request;

/** Asks the catalogue what products are called and cost right now. */
final class ProductClient {
    private record Quote(Collection<String> skus) {}

    private record Quoted(List<Product> products) {}

    private final Caller caller;

    ProductClient(Caller caller) {
        this.caller = caller;
    }

    /** By SKU; what is unknown or no longer sold is absent. */
    Future<Map<String, Product>> quote(Call call, Collection<String> skus) {
        if (skus.isEmpty()) return Future.succeededFuture(Map.of());
        var request = Request.read("product.quoteProducts", call.deadline())
                .from(call)
                .body(new Quote(skus));
        return caller.call(request)
                .map(answer -> answer.as(Quoted.class).products().stream()
                        .collect(Collectors.toMap(Product::sku, Function.identity())));
    }
}
