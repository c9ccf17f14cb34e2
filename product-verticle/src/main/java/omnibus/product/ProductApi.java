package omnibus.product;

import io.vertx.core.Future;
import java.util.List;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.Problem.Fault;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.PageCursor;
import omnibus.product.model.IfMatch;
import omnibus.product.model.Product;
import omnibus.product.model.Words;

/** The operations of the contract: decode, delegate, view. */
final class ProductApi {
    private static final String JSON = "application/json";

    private record Skus(List<String> skus) {}

    private record Quotes(List<ProductStore.Quote> products) {}

    private final Products products;
    private final ProductImport imports;
    private final ProductStore store;
    private final ProductInputs inputs;

    ProductApi(Products products, ProductImport imports, ProductStore store, ProductInputs inputs) {
        this.products = products;
        this.imports = imports;
        this.store = store;
        this.inputs = inputs;
    }

    Future<Answer> listProducts(Call call) {
        var listing = listing(call);
        var cursor = call.query("cursor");
        if (listing.words().filter(words -> words.isEmpty()).isPresent()) {
            return Future.succeededFuture(Answer.page(call, List.of(), null));
        }
        return store.list(listing, cursor, call.limit())
                .map(page -> Answer.page(call, page.items(), page.next().orElse(null)));
    }

    private static Listing listing(Call call) {
        var minPrice = call.query("minPrice").map(Long::valueOf);
        var maxPrice = call.query("maxPrice").map(Long::valueOf);
        if (minPrice.isPresent() && maxPrice.isPresent() && minPrice.get() > maxPrice.get()) {
            throw Problem.invalid(List.of(Fault.parameter("minPrice", "must not be above maxPrice")));
        }
        return new Listing(
                call.query("q").map(Words::asked),
                call.query("category"),
                minPrice,
                maxPrice,
                call.query("inStock").map(Boolean::valueOf),
                Listing.Sort.of(call.query("sort").orElse("newest")));
    }

    Future<Answer> getProduct(Call call) {
        return store.view(call.path("id")).map(ProductApi::answer);
    }

    Future<Answer> getProductBySku(Call call) {
        return store.viewBySku(call.path("sku")).map(ProductApi::answer);
    }

    Future<Answer> createProduct(Call call) {
        var body = inputs.inOurCurrency(call.body(ProductBody.class));
        return products.create(body.sku(), body.content(), body.stockToBeginWith())
                .map(product -> {
                    var view = ProductDocument.view(product);
                    return Answer.created("/api/v1/products/" + product.id(), view.body())
                            .etag(view.tag());
                });
    }

    Future<Answer> putProduct(Call call) {
        var body = inputs.inOurCurrency(call.body(ProductBody.class));
        return products.edit(
                        call.pathId("id"),
                        ifMatch(call),
                        product -> product.edited(body.sku(), body.content(), products.now()))
                .map(ProductApi::answer);
    }

    Future<Answer> patchProduct(Call call) {
        return products.edit(call.pathId("id"), ifMatch(call), product -> patched(product, call))
                .map(ProductApi::answer);
    }

    private Product patched(Product product, Call call) {
        var merged = MergePatch.apply(Json.tree(ProductBody.of(product)), call.json());
        var body = inputs.read(merged);
        return product.edited(body.sku(), body.content(), products.now());
    }

    Future<Answer> deleteProduct(Call call) {
        return products.delete(call.pathId("id"), ifMatch(call)).map(done -> Answer.noContent());
    }

    Future<Answer> importProducts(Call call) {
        var firstLine = call.header("first-line").map(Long::valueOf).orElse(1L);
        return imports.load(call.bytes(), firstLine).map(Answer::ok);
    }

    Future<Answer> listCategories(Call call) {
        var after =
                call.query("cursor").map(cursor -> PageCursor.parse(cursor, 1).get(0));
        return store.categories(after.orElse(""), call.limit())
                .map(page -> Answer.page(
                        call,
                        page.items(),
                        page.next().map(name -> PageCursor.of(name)).orElse(null)));
    }

    Future<Answer> quoteProducts(Call call) {
        return store.quotes(call.body(Skus.class).skus()).map(Quotes::new).map(Answer::ok);
    }

    private static IfMatch ifMatch(Call call) {
        return IfMatch.of(call.header("if-match"));
    }

    private static Answer answer(Product product) {
        return answer(ProductDocument.view(product));
    }

    private static Answer answer(ProductView view) {
        return Answer.of(200, Json.encode(view.body()), JSON).etag(view.tag());
    }
}
