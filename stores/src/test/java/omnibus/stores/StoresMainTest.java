package omnibus.stores;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoresMainTest {
    @TempDir
    Path home;

    private StoresJvm stores;

    @BeforeEach
    void home() throws IOException {
        stores = new StoresJvm(home);
    }

    @AfterEach
    void stop() throws Exception {
        stores.close();
    }

    private static List<Long> pids(List<ProcessHandle> processes) {
        return processes.stream().map(ProcessHandle::pid).collect(Collectors.toList());
    }

    private HttpResponse<String> health(String path) throws IOException, InterruptedException {
        var url = URI.create("http://127.0.0.1:"
                + stores.description().path("managementPort").asInt() + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());
    }

    private boolean ready() {
        try {
            return health("/health/ready").statusCode() == 200;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    @Test
    void serversThatOutliveTheirJvmAreTakenOver() throws Exception {
        stores.start();
        var before = pids(stores.servers());
        assertEquals(2, before.size());
        try (var client = Jdbc.connect(stores.url("postgres"))) {
            stores.kill();
            stores.start();
            assertEquals(before, pids(stores.servers()));
            assertEquals("1", Jdbc.ask(client, "SELECT 1"));
        }
        assertTrue(ready());
    }

    @Test
    void serversLeftOnOtherPortsAreRestarted() throws Exception {
        stores.start();
        var before = pids(stores.servers());
        stores.kill();
        int port = Ports.free();
        stores.with("OMNIBUS_STORES_POSTGRES_PORT", Integer.toString(port)).start();
        assertEquals(port, stores.store("postgres").path("port").asInt());
        assertNotEquals(before.get(0), stores.pid("postgres"));
        assertEquals(before.get(1), stores.pid("redis"));
        assertFalse(ProcessHandle.of(before.get(0)).map(ProcessHandle::isAlive).orElse(false));
    }

    @Test
    void aCleanStopLeavesNoProcessAndNoDescription() throws Exception {
        stores.start();
        var servers = stores.servers();
        stores.stop();
        assertTrue(servers.stream().noneMatch(ProcessHandle::isAlive));
        assertFalse(Files.exists(home.resolve("run/stores.json")));
        assertFalse(Files.exists(home.resolve("stores/postgres/data/postmaster.pid")));
    }

    @Test
    void aServerThatDiesIsStartedAgain() throws Exception {
        stores.start();
        for (var name : List.of("postgres", "redis")) {
            long before = stores.pid(name);
            ProcessHandle.of(before).orElseThrow().destroyForcibly();
            StoresJvm.await(() -> restarted(name, before));
        }
        StoresJvm.await(this::ready);
        try (var client = Jdbc.connect(stores.url("postgres"))) {
            assertEquals("on", Jdbc.ask(client, "SHOW fsync"));
        }
    }

    private boolean restarted(String name, long before) {
        try {
            var store = stores.store(name);
            return store.path("pid").asLong() != before
                    && store.path("state").asText().equals("ready");
        } catch (IOException beingReplaced) {
            return false;
        }
    }

    /** The only file of a checkpoint that PostgreSQL panics over, with a directory in its place instead of a full disk. */
    @Test
    void aCheckpointThatCannotWriteWhatOnlyReplicationNeedsDoesNotEndPostgres() throws Exception {
        stores.start();
        Files.createDirectory(home.resolve("stores/postgres/data/pg_logical/replorigin_checkpoint.tmp"));
        try (var client = Jdbc.connect(stores.store("postgres").path("url").asText())) {
            Jdbc.run(client, "CHECKPOINT");
            assertEquals("1", Jdbc.ask(client, "SELECT 1"));
        }
    }

    @Test
    void readinessSaysWhichStoreIsSilent() throws Exception {
        stores.start();
        assertTrue(ready());
        var redis = stores.pid("redis");
        new ProcessBuilder("kill", "-STOP", Long.toString(redis)).start().waitFor();
        var answer = health("/health/ready");
        new ProcessBuilder("kill", "-CONT", Long.toString(redis)).start().waitFor();
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("silent"), answer.body());
        StoresJvm.await(this::ready);
        assertEquals(200, health("/health/live").statusCode());
        assertTrue(health("/metrics").body().contains("omnibus_store_up{store=\"mongo\"} 1"));
    }

    @Test
    void aForeignProgramOnThePortIsNamed() throws Exception {
        try (var foreigner = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var port = Integer.toString(foreigner.getLocalPort());
            stores.with("OMNIBUS_STORES_REDIS_PORT", port).launch();
            assertEquals(1, stores.process().waitFor());
            assertTrue(
                    stores.output().contains("Port " + port + " for redis is used by another program"),
                    stores.output());
            assertTrue(stores.output().contains("OMNIBUS_STORES_REDIS_PORT"), stores.output());
        }
    }

    @Test
    void aStalePidFileThatNamesAnotherProcessIsNoObstacle() throws Exception {
        stores.start().stop();
        var self = Long.toString(ProcessHandle.current().pid());
        Files.writeString(
                home.resolve("stores/postgres/data/postmaster.pid"), self + "\n" + home + "\n0\n1\n\n127.0.0.1\n");
        Files.writeString(home.resolve("stores/redis/redis.pid"), self + "\n");
        stores.start();
        assertTrue(ready());
    }

    @Test
    void aHomeIsServedOnce() throws Exception {
        stores.start();
        var description = stores.description();
        var second = new ProcessBuilder(
                stores.process().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                StoresMain.class.getName());
        second.environment().put("OMNIBUS_HOME", home.toString());
        var refused = second.redirectErrorStream(true).start();
        var said = new String(refused.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertEquals(1, refused.waitFor());
        assertTrue(said.contains("served by another process already"), said);
        assertEquals(description, stores.description());
    }

    @Test
    void whatHoldsPasswordsIsReadableByItsOwnerAlone() throws Exception {
        stores.start();
        for (var file : List.of("run/stores.json", "stores/secrets.json", "stores/redis/redis.conf")) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve(file))),
                    file);
        }
    }

    @Test
    void whoKnowsNoPasswordIsLetInByNeitherPostgresNorRedis() throws Exception {
        stores.with("OMNIBUS_STORES", "postgres,redis").start();
        try (var stranger = new RedisConnection("127.0.0.1", port("redis"), "")) {
            var refusal = assertThrows(IOException.class, () -> stranger.call("GET", "a"));
            assertTrue(refusal.getMessage().contains("NOAUTH"), refusal.getMessage());
        }
        for (var password : new String[] {"", "&password=postgres"}) {
            var url = "jdbc:postgresql://127.0.0.1:" + port("postgres") + "/postgres?user=postgres" + password;
            var refusal = assertThrows(SQLException.class, () -> DriverManager.getConnection(url));
            assertTrue(
                    refusal.getMessage().contains("password authentication")
                            || refusal.getMessage().contains("no password was provided"),
                    refusal.getMessage());
        }
    }

    private int port(String store) throws IOException {
        return URI.create(stores.url(store)).getPort();
    }

    @Test
    void aStoreThatIsConfiguredElsewhereIsNotStarted() throws Exception {
        stores.with("OMNIBUS_REDIS_URL", "redis://example.org")
                .with("OMNIBUS_STORES", "redis,mongo")
                .start();
        assertEquals(1, stores.description().path("stores").size());
        assertEquals("emulated", stores.store("mongo").path("kind").asText());
    }

    @Test
    void anExternalPostgresIsPrepared() throws Exception {
        var other = new EmbeddedPostgres(
                home.resolve("other"), home.resolve("stores/bin"), home.resolve("other.log"), 0, "secret");
        other.start();
        try {
            stores.with("OMNIBUS_POSTGRES_URL", other.url())
                    .with("OMNIBUS_STORES", "mongo")
                    .start();
            assertEquals("external", stores.store("postgres").path("kind").asText());
            try (var client = Jdbc.connect(
                    stores.store("postgres").path("urls").path("order").asText())) {
                assertEquals("omnibus_order", Jdbc.ask(client, "SELECT current_user"));
            }
        } finally {
            other.stop();
        }
    }
}
