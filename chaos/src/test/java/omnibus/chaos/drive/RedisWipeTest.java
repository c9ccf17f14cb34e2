package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RedisWipeTest {

    /** Answers one connection, line by line; what it was told comes when that ends. */
    private static CompletableFuture<List<String>> served(ServerSocket server, String... answers) {
        return CompletableFuture.supplyAsync(() -> {
            var told = new ArrayList<String>();
            try (var client = server.accept()) {
                var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
                for (var answer : Arrays.asList(answers)) {
                    told.add(in.readLine());
                    client.getOutputStream().write((answer + "\r\n").getBytes(StandardCharsets.UTF_8));
                }
                return told;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static ServerSocket server() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static URI url(ServerSocket server) {
        return URI.create("redis://:secret@127.0.0.1:" + server.getLocalPort() + "/0");
    }

    @Test
    void itSignsInAndWipesEveryDatabase() throws IOException {
        try (var server = server()) {
            var told = served(server, "+OK", "+OK");
            RedisWipe.all(url(server));
            assertEquals(List.of("AUTH secret", "FLUSHALL"), told.join());
        }
    }

    @Test
    void whatIsNotWipedIsNotCalledWiped() throws IOException {
        try (var server = server()) {
            var told = served(server, "+OK", "-MISCONF no room");
            var failure = assertThrows(IOException.class, () -> RedisWipe.all(url(server)));
            assertTrue(failure.getMessage().contains("MISCONF"), failure.getMessage());
            assertEquals(2, told.join().size());
        }
    }
}
