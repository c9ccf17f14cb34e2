package omnibus.system;

import static omnibus.system.RunningShop.eventually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A session that has ended is over at every gateway, while Redis is frozen and when a gateway has just been started. */
class RevocationIT {
    /** New connections go to any of the gateways; so many go to all of them. */
    private static final int MANY = 30;

    private static final String PASSWORD = "correct horse battery";

    private static RunningShop shop;
    private static long redis;

    @BeforeAll
    static void start() throws Exception {
        shop = RunningShop.get();
        shop.command("scale", "gateway", "2");
        redis = shop.processes("redis").get(0).path("pid").asLong();
        signal("-STOP");
    }

    @AfterAll
    static void asItWas() throws Exception {
        signal("-CONT");
        shop.command("scale", "gateway", "1");
    }

    private static void signal(String which) throws IOException, InterruptedException {
        var exit = new ProcessBuilder("kill", which, Long.toString(redis))
                .inheritIO()
                .start()
                .waitFor();
        assertEquals(0, exit, "kill " + which + " " + redis);
    }

    private static String register() {
        var email = "revoked-" + UUID.randomUUID() + "@example.org";
        var made = shop.anonymous()
                .post("/api/v1/users/register", Map.of("email", email, "password", PASSWORD, "name", "A Shopper"));
        assertEquals(201, made.status(), made.http().body());
        return email;
    }

    private static int refreshed(String refreshToken) {
        return shop.anonymous()
                .post("/api/v1/users/refresh", Map.of("refreshToken", refreshToken))
                .status();
    }

    private static boolean isOver(ShopClient client) {
        return IntStream.range(0, MANY).allMatch(i -> statusOnANewConnection(client.token()) == 401);
    }

    private static int statusOnANewConnection(String token) {
        var request = "GET /api/v1/users/me HTTP/1.1\r\nHost: shop\r\nAuthorization: Bearer " + token
                + "\r\nConnection: close\r\n\r\n";
        try (var socket = new Socket(shop.url().getHost(), shop.url().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var statusLine = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).split(" ", 3);
            return Integer.parseInt(statusLine[1]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aSessionThatWasSignedOutOfIsOverAtEveryGatewayAlsoAtANewOne() {
        var client = shop.anonymous();
        var refreshToken =
                client.signIn(register(), PASSWORD).body().path("refreshToken").asText();
        assertEquals(200, client.get("/api/v1/users/me").status());
        var out = client.post("/api/v1/users/logout", Map.of("refreshToken", refreshToken));
        assertEquals(204, out.status(), out.http().body());
        eventually(() -> isOver(client));
        assertEquals(401, refreshed(refreshToken));
        shop.command("restart", "gateway");
        assertTrue(isOver(client), "new gateways know it from their first answer on");
    }

    @Test
    void aNewPasswordEndsTheOtherSessions() {
        var email = register();
        var stolen = shop.anonymous();
        var refreshToken =
                stolen.signIn(email, PASSWORD).body().path("refreshToken").asText();
        var owner = shop.anonymous();
        owner.signIn(email, PASSWORD);
        var changed =
                owner.put("/api/v1/users/me/password", Map.of("current", PASSWORD, "new", "another horse battery"));
        assertEquals(204, changed.status(), changed.http().body());
        eventually(() -> isOver(stolen));
        assertEquals(401, refreshed(refreshToken));
        assertEquals(200, owner.get("/api/v1/users/me").status());
    }

    @Test
    void whoCloseTheirAccountAreGoneEverywhere() {
        var client = shop.anonymous();
        client.signIn(register(), PASSWORD);
        assertEquals(204, client.delete("/api/v1/users/me").status());
        eventually(() -> isOver(client));
    }
}
