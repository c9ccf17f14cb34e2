package omnibus.product;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Json;
import omnibus.platform.Secret;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Request;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;

/** The service as a verticle on a local bus, called as a gateway would call it. */
final class Shop implements AutoCloseable {
    private static final Identity ADMIN = new Identity(UUID.randomUUID(), Set.of("customer", "admin"), "session");
    private static final Identity CUSTOMER = new Identity(UUID.randomUUID(), Set.of("customer"), "session");

    final TestPlatform platform = TestPlatform.start();
    final String deployment;

    Shop() {
        this(TestStores.mongo());
    }

    Shop(String mongoUrl) {
        deployment = platform.deploy(
                new ProductVerticle(platform.platform(), new ProductConfig(new Secret(mongoUrl), "EUR")));
    }

    static Request read(String operation) {
        return Request.read("product." + operation, Deadline.in(Duration.ofSeconds(10)));
    }

    static Request write(String operation) {
        return Request.write("product." + operation, Deadline.in(Duration.ofSeconds(10)))
                .as(ADMIN);
    }

    static Request writeAsCustomer(String operation) {
        return Request.write("product." + operation, Deadline.in(Duration.ofSeconds(10)))
                .as(CUSTOMER);
    }

    Answer call(Request request) {
        return platform.call(request);
    }

    Answer create(Object body) {
        return call(write("createProduct").body(body));
    }

    Answer get(String id) {
        return call(read("getProduct").path("id", id));
    }

    Answer patch(String id, String ifMatch, Object patch) {
        var request = write("patchProduct").path("id", id).body(patch);
        return call(ifMatch == null ? request : request.header("If-Match", ifMatch));
    }

    Answer importLines(String lines) {
        return call(write("importProducts").bytes(Buffer.buffer(lines)));
    }

    /** Creates a product and answers its id. */
    String aProduct(String sku) {
        return json(create(ProductFixtures.body(sku))).path("id").asText();
    }

    static JsonNode json(Answer answer) {
        return Json.tree(answer.body());
    }

    /** The code of a refusal. */
    static String code(Answer answer) {
        return json(answer).path("type").asText().replace("/problems/", "");
    }

    static String line(Map<String, Object> body) {
        return Json.encode(body) + "\n";
    }

    @Override
    public void close() {
        platform.close();
    }
}
