package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkTest {
    private static final int PATIENCE_MILLIS = 10_000;

    @TempDir
    private Path home;

    private ServerSocket server;
    private Network network;

    @BeforeEach
    void aServerAndTheWayToIt() throws IOException {
        network = Network.throughProxies(home, 1);
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(PATIENCE_MILLIS);
        Files.writeString(home.resolve("ports.json"), Json.text(Map.of(Network.POSTGRES, server.getLocalPort())));
    }

    @AfterEach
    void theEnd() throws IOException {
        network.close();
        server.close();
    }

    private Socket connect() throws IOException {
        var place = network.settings().get("OMNIBUS_POSTGRES_VIA").split(":");
        var socket = new Socket(place[0], Integer.parseInt(place[1]));
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private void assertReachesTheServer() throws IOException {
        try (var client = connect();
                var served = server.accept()) {
            served.getOutputStream().write('x');
            assertEquals('x', client.getInputStream().read());
        }
    }

    @Test
    void theWayLeadsWhereTheHomeSaysThatTheServerIs() throws IOException {
        assertReachesTheServer();
    }

    @Test
    void theLauncherIsToldOfBothWaysOrOfNone() {
        assertEquals(
                Set.of("OMNIBUS_POSTGRES_VIA", "OMNIBUS_SANDBOX_VIA"),
                network.settings().keySet());
        assertEquals(Map.of(), Network.direct().settings());
    }

    @Test
    void whateverIsDrawnCanBeDoneAndUndone() throws IOException {
        var source = Faults.source(3, FaultKind.NETWORK);
        Stream.generate(() -> FaultKind.NETWORK.draw(source)).limit(100).forEach(strike -> {
            var line = strike.victims().get(0);
            network.hurt(line.service(), strike.action(), line.nth());
        });
        network.calm();
        assertReachesTheServer();
    }

    @Test
    void aRefusingLineIsOpenAgainWhenCalm() throws IOException {
        network.hurt(Network.POSTGRES, "refuse", 0);
        assertThrows(ConnectException.class, this::connect);
        network.calm(Network.POSTGRES);
        assertReachesTheServer();
    }
}
