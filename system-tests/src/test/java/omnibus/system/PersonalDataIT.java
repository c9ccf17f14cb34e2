package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import omnibus.shopper.ShopClient;
import omnibus.shopper.ShopClient.Reply;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Somebody shops with words that occur nowhere else, in every field and every way to go wrong, and leaves. Then these
 * words are looked for: in no log, no measurement, and, once the account is closed, in no store.
 */
class PersonalDataIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final long PATIENCE_SECONDS = 20;

    private static RunningShop shop;
    private static ShopClient admin;
    private static String sku;
    private static Person person;

    /** A customer and the words that give this customer away. What was sent only to be refused is not stored: {@code sent}. */
    private static final class Person {
        private final Map<String, String> kept = new LinkedHashMap<>();
        private final Map<String, String> sent = new LinkedHashMap<>();
        private final ShopClient client = shop.anonymous();
        private String id;
        private String refreshToken;

        String keep(String what) {
            return kept.computeIfAbsent(what, Person::word);
        }

        String send(String what) {
            return sent.computeIfAbsent(what, Person::word);
        }

        private static String word(String what) {
            return what + "canary" + UUID.randomUUID().toString().replace("-", "");
        }

        Map<String, Object> address() {
            return Map.of(
                    "name", keep("recipient"),
                    "line1", keep("line1"),
                    "line2", keep("line2"),
                    "city", keep("city"),
                    "postalCode", keep("zip").substring(0, 20),
                    "region", keep("region"),
                    "country", "DE");
        }

        String email() {
            return keep("mail") + "@" + keep("host").substring(0, 30) + ".example";
        }

        void register() {
            var body = Map.of("email", email(), "password", send("password"), "name", keep("name"));
            var registered = client.post("/api/v1/users/register", body);
            assertEquals(201, registered.status(), registered.http().body());
            id = registered.body().path("id").asText();
        }

        void signIn() {
            var tokens = client.signIn(email(), send("password"));
            assertEquals(200, tokens.status());
            noteTokens(tokens);
        }

        void noteTokens(Reply reply) {
            refreshToken = reply.body().path("refreshToken").asText();
            sent.put("refresh token " + sent.size(), refreshToken);
            var access = reply.body().path("token").asText();
            sent.put("signature " + sent.size(), access.substring(access.lastIndexOf('.') + 1));
        }

        String order(String method) {
            var reply = Buying.buy(
                    client,
                    Map.of(
                            "items", List.of(Buying.line(sku, 1)),
                            "shippingAddress", address(),
                            "paymentMethod", method));
            assertEquals(201, reply.status(), reply.http().body());
            return reply.body().path("id").asText();
        }

        void close() {
            assertEquals(204, client.delete("/api/v1/users/me").status());
        }

        List<String> words() {
            return Stream.concat(kept.values().stream(), sent.values().stream()).toList();
        }
    }

    @BeforeAll
    static void live() throws Exception {
        shop = RunningShop.get();
        admin = shop.admin();
        sku = "P-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
        shop.productWithStock(admin, sku, 100);
        person = new Person();
        person.register();
        goWrongAtTheDoor();
        comeSeveralTimesAtOnce();
        person.signIn();
        buy();
        goWrong();
        goWrongOnTheBridge();
        goWrongWhileTheCartsAreAway();
        person.close();
    }

    private static void goWrongAtTheDoor() {
        var anybody = shop.anonymous();
        var twice = Map.of("email", person.email(), "password", person.send("password"), "name", person.keep("name"));
        assertEquals(409, anybody.post("/api/v1/users/register", twice).status());
        var wrong = Map.of("email", person.email(), "password", person.send("wrong"));
        assertEquals(401, anybody.post("/api/v1/users/login", wrong).status());
        var unknown = Map.of("email", person.send("unknown") + "@x.example", "password", person.send("wrong"));
        assertEquals(401, anybody.post("/api/v1/users/login", unknown).status());
        var refresh = Map.of("refreshToken", person.send("refresh"));
        assertEquals(401, anybody.post("/api/v1/users/refresh", refresh).status());
        var token = "Bearer " + person.send("bearer") + ".x.y";
        assertEquals(401, anybody.get("/api/v1/orders", "Authorization", token).status());
    }

    /** The database itself refuses all but one of them. */
    private static void comeSeveralTimesAtOnce() {
        var email = person.keep("twin") + "@x.example";
        var body = Map.of("email", email, "password", person.send("password"), "name", person.keep("twinname"));
        Callable<Integer> register =
                () -> shop.anonymous().post("/api/v1/users/register", body).status();
        var answers = Buying.atOnce(Collections.nCopies(3, register));
        assertTrue(Set.of(201, 409, 503, 504).containsAll(answers), answers.toString());
        var twin = shop.anonymous();
        RunningShop.eventually(() -> twin.signIn(email, person.send("password")).status() == 200);
        assertStatus(204, twin.delete("/api/v1/users/me"));
    }

    private static void buy() {
        var client = person.client;
        var refreshed = client.post("/api/v1/users/refresh", Map.of("refreshToken", person.refreshToken));
        assertEquals(200, refreshed.status());
        person.noteTokens(refreshed);
        assertEquals(
                201, client.post("/api/v1/users/me/addresses", person.address()).status());
        var renamed = client.send("PATCH", "/api/v1/users/me", Map.of("name", person.keep("newname")));
        assertEquals(200, renamed.status());
        var password = Map.of("current", person.send("wrong"), "new", person.send("next"));
        assertEquals(400, client.put("/api/v1/users/me/password", password).status());
        assertEquals(200, client.post("/api/v1/cart/items", Buying.line(sku, 1)).status());

        var order = person.order("pm_card_visa");
        var reason = Map.of("reason", person.keep("reason"));
        assertEquals(
                200, client.post("/api/v1/orders/" + order + "/cancel", reason).status());
        person.order("pm_card_chargeDeclined");
        person.order("pm_" + person.send("card"));
    }

    private static void goWrong() {
        var client = person.client;
        var word = person.send("word");
        var key = person.send("key");
        assertStatus(404, client.get("/api/v1/orders/" + word));
        assertStatus(404, client.get("/" + word));
        assertStatus(404, client.get("/api/v1/products/by-sku/" + word));
        assertStatus(400, client.get("/api/v1/products?" + word + "=" + word));
        assertStatus(400, client.get("/api/v1/products?cursor=" + word));
        assertStatus(200, client.get("/api/v1/products?q=" + word));
        assertStatus(403, client.get("/api/v1/users?cursor=" + word));
        assertStatus(405, client.delete("/api/v1/orders?" + word));
        assertStatus(400, client.post("/api/v1/orders", "{\"items\":" + word, "Idempotency-Key", key));
        assertStatus(400, client.post("/api/v1/orders", Map.of(word, word), "Idempotency-Key", key));
        assertStatus(415, client.post("/api/v1/orders", word, "Content-Type", "text/" + word));
        assertStatus(413, client.post("/api/v1/orders", word.repeat(1 << 16), "Idempotency-Key", key));
        var order = Map.of(
                "items", List.of(Buying.line("NO-SUCH", 1)),
                "shippingAddress", person.address(),
                "paymentMethod", "pm_card_visa");
        assertStatus(404, client.post("/api/v1/orders", order, "Idempotency-Key", key));
        assertStatus(409, Buying.checkOut(shop.customer(), "pm_" + word));
        var event = "{\"type\":\"" + word + "\"}";
        assertStatus(
                400,
                shop.anonymous().post("/api/v1/payments/webhooks/stripe", event, "Stripe-Signature", "t=1,v1=" + word));
        assertStatus(
                200,
                client.get(
                        "/api/v1/users/me",
                        "User-Agent",
                        word,
                        "Cookie",
                        "session=" + word,
                        "Referer",
                        "https://x.example/?" + word,
                        "Prefer",
                        "wait=" + word,
                        "X-Forwarded-For",
                        word,
                        "X-Request-Id",
                        word,
                        "traceparent",
                        word));
    }

    private static void assertStatus(int status, Reply reply) {
        assertEquals(status, reply.status(), reply.http().body());
    }

    private static void goWrongOnTheBridge() throws Exception {
        var answer = new CompletableFuture<CharSequence>();
        var socket = HTTP.newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws" + shop.url().toString().substring(4) + "/eventbus/websocket"),
                        new WebSocket.Listener() {
                            @Override
                            public CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                                answer.complete(text);
                                from.request(1);
                                return null;
                            }
                        })
                .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        var message = ShopClient.JSON.writeValueAsString(Map.of(
                "type", "send",
                "address", "user.login",
                "replyAddress", person.send("reply"),
                "headers", Map.of("query." + person.send("query"), person.send("query")),
                "body", Map.of("email", person.email(), "password", person.send("wrong"))));
        socket.sendText(message, true).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertTrue(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS).toString().contains("400"));
        socket.abort();
    }

    /** A JVM that does not answer, and calls that end with it. */
    private static void goWrongWhileTheCartsAreAway() throws Exception {
        var pid = shop.processes("cart").get(0).path("pid").asText();
        signal("STOP", pid);
        try {
            var reply = person.client.post(
                    "/api/v1/cart/items", Map.of("sku", sku, "quantity", 1), "X-Cart-Id", person.send("cart"));
            assertTrue(List.of(503, 504).contains(reply.status()), reply.http().body());
        } finally {
            signal("CONT", pid);
        }
        RunningShop.eventually(() -> person.client.get("/api/v1/cart").status() == 200);
    }

    private static void signal(String name, String pid) throws Exception {
        assertEquals(0, new ProcessBuilder("kill", "-" + name, pid).start().waitFor());
    }

    /** Lines, rows and the like that have one of the words, in any case and in hexadecimal digits. */
    private static List<String> among(List<String> texts, List<String> words) {
        var looked = words.stream()
                .map(word -> word.toLowerCase(Locale.ROOT))
                .flatMap(word -> Stream.of(word, hex(word)))
                .toList();
        return texts.stream()
                .filter(text -> {
                    var lower = text.toLowerCase(Locale.ROOT);
                    return looked.stream().anyMatch(lower::contains);
                })
                .toList();
    }

    private static String hex(String word) {
        return HexFormat.of().formatHex(word.getBytes(StandardCharsets.UTF_8));
    }

    /** All lines of what lies beside the stores; bytes that are no text do not matter to what is looked for. */
    private static List<String> lines(String... directories) {
        return Stream.of(directories)
                .flatMap(PersonalDataIT::filesBelow)
                .flatMap(PersonalDataIT::linesOf)
                .toList();
    }

    private static Stream<Path> filesBelow(String directory) {
        try (var files = Files.walk(RunningShop.home().resolve(directory))) {
            return files.filter(Files::isRegularFile).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> linesOf(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(line -> file.getFileName() + ": " + line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> stored(List<String> words) {
        return among(StoredTexts.of(RunningShop.home()), words);
    }

    private static void eventuallyForgotten(List<String> words) {
        RunningShop.eventually(() -> stored(words).isEmpty());
    }

    @Test
    void noLogAndNoOtherFileNamesWhoShopped() {
        RunningShop.eventually(() ->
                lines("logs").stream().anyMatch(line -> line.contains("account-closed") && line.contains(person.id)));

        assertEquals(List.of(), among(lines("logs", "gateway", "sandbox"), person.words()));
    }

    @Test
    void noMeasurementNamesWhoShopped() throws Exception {
        var looked = 0;
        for (var process : shop.processes()) {
            var port = process.path("managementPort").asInt();
            if (port == 0) continue;
            var uri = URI.create("http://127.0.0.1:" + port + "/metrics");
            var metrics = HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
            if (metrics.statusCode() != 200) continue;
            looked++;
            assertEquals(List.of(), among(metrics.body().lines().toList(), person.words()), process.toString());
        }
        assertTrue(looked >= 7, "only " + looked + " JVMs told their measurements");
    }

    @Test
    void noStoreHoldsWhatIsPersonalOfWhoHasLeft() {
        eventuallyForgotten(List.copyOf(person.kept.values()));

        var texts = StoredTexts.of(RunningShop.home());
        for (var where : List.of("user public.account", "order public.orders", "payment public.payment")) {
            assertTrue(
                    texts.stream().anyMatch(text -> text.startsWith(where) && text.contains(person.id)),
                    "there is nothing of " + person.id + " in " + where);
        }
        // The provider's id of what was paid with stays with the payment.
        var secrets = new ArrayList<>(person.sent.values());
        secrets.remove(person.send("card"));
        assertEquals(List.of(), among(texts, secrets));
    }

    @Test
    void whereAnOrderGoesIsKeptUntilItHasBeenDelivered() {
        var buyer = new Person();
        buyer.register();
        buyer.signIn();
        var order = "/api/v1/orders/" + buyer.order("pm_card_visa");
        buyer.close();
        var words = List.copyOf(buyer.kept.values());
        RunningShop.eventually(() -> stored(words).size() == 1);
        assertEquals(
                buyer.keep("line1"),
                admin.get(order).body().path("shippingAddress").path("line1").asText());

        for (var status : List.of("SHIPPED", "DELIVERED")) {
            assertStatus(200, admin.send("PATCH", order + "/status", Map.of("status", status)));
        }

        eventuallyForgotten(words);
        assertEquals(1999, admin.get(order).body().path("total").path("amount").asInt());
    }

    /** The account is there, as a backup brings it back that was taken before it was closed. */
    @Test
    void whoHadLeftAndCameBackWithABackupIsErasedAgain() throws Exception {
        var back = new Person();
        back.register();
        back.signIn();
        assertStatus(201, back.client.post("/api/v1/users/me/addresses", back.address()));
        back.order("pm_card_chargeDeclined");
        var words = List.copyOf(back.kept.values());
        assertEquals(3, stored(words).size(), "account, address and order");

        try (var connection = StoredTexts.database(RunningShop.home(), "user");
                var statement = connection.createStatement()) {
            statement.execute(erasingAgain(back.id));
        }

        eventuallyForgotten(words);
        var refresh = Map.of("refreshToken", back.refreshToken);
        assertStatus(401, shop.anonymous().post("/api/v1/users/refresh", refresh));
    }

    /** As docs/operations.md tells it, for one account. */
    private static String erasingAgain(String id) throws IOException {
        var text = Files.readString(Path.of("..", "docs", "operations.md"));
        var chapter = text.substring(text.indexOf("## After a backup was restored"));
        var begin = chapter.indexOf("begin;");
        return chapter.substring(begin, chapter.indexOf("```", begin)).replace("ID-OF-AN-ACCOUNT", id);
    }
}
