package omnibus.order;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.platform.Money;
import omnibus.platform.call.Call;
import omnibus.platform.call.Caller;
import omnibus.platform.call.Request;

/** Asks the catalogue what things cost today. */
final class ProductClient {
    /** A product as it is sold now. */
    record Quote(String sku, String productId, String name, Money price, String availability) {
        boolean available() {
            return !"OUT_OF_STOCK".equals(availability);
        }
    }

    private record Skus(Collection<String> skus) {}

    private record Quotes(List<Quote> products) {}

    private final Caller caller;

    ProductClient(Caller caller) {
        this.caller = caller;
    }

    /** By SKU; what is not sold, or no longer, is absent. */
    Future<Map<String, Quote>> quote(Call call, Collection<String> skus) {
        var request = Request.read("product.quoteProducts", call.deadline())
                .from(call)
                .body(new Skus(skus));
        return caller.call(request)
                .map(answer -> answer.as(Quotes.class).products().stream()
                        .collect(Collectors.toMap(Quote::sku, Function.identity())));
    }
}
