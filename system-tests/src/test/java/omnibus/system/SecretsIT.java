package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a shop makes up for itself, keys and passwords, is seen by its owner alone. */
class SecretsIT {
    private static final int SHORTEST = 16;
    /** Code, and what the servers keep, in directories nobody else can enter. */
    private static final Set<String> UNREAD = Set.of("lib", "cache", "postgres", "redis", "mongo", "bin");

    private static RunningShop shop;
    private static Set<String> secrets;

    @BeforeAll
    static void start() throws IOException {
        shop = RunningShop.get();
        shop.customer().get("/api/v1/cart");
        secrets = secrets();
    }

    private static Set<String> secrets() throws IOException {
        var found = new TreeSet<String>();
        for (var file : List.of("secrets.json", "stores/secrets.json")) eachText(json(file), found::add);
        found.add(json("admin.json").path("password").asText());
        eachText(json("run/stores.json"), text -> {
            if (text.contains("://")) password(text).ifPresent(found::add);
        });
        found.removeIf(secret -> secret.length() < SHORTEST);
        return found;
    }

    private static Optional<String> password(String url) {
        return Optional.ofNullable(URI.create(url).getUserInfo()).map(user -> user.substring(user.indexOf(':') + 1));
    }

    private static JsonNode json(String file) throws IOException {
        return ShopClient.JSON.readTree(RunningShop.home().resolve(file).toFile());
    }

    private static void eachText(JsonNode node, Consumer<String> take) {
        if (node.isTextual()) take.accept(node.asText());
        node.forEach(child -> eachText(child, take));
    }

    /** The shop's JVMs, the servers of its stores, and whatever any of them has started. */
    private static List<ProcessHandle> processes() throws IOException {
        var pids = new ArrayList<Long>();
        shop.processes().forEach(process -> pids.add(process.path("pid").asLong()));
        json("run/stores.json")
                .path("stores")
                .forEach(store -> pids.add(store.path("pid").asLong()));
        return pids.stream()
                .map(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .distinct()
                .toList();
    }

    /** Empty for a process that has just ended. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    private static boolean tells(String text) {
        return secrets.stream().anyMatch(text::contains);
    }

    @Test
    void noCommandLineHasASecretInIt() throws IOException {
        var lines = processes().stream()
                .map(SecretsIT::commandLine)
                .filter(line -> !line.isEmpty())
                .toList();

        assertTrue(secrets.size() >= 10, "only " + secrets.size() + " secrets are known");
        assertTrue(lines.size() >= 11, "only " + lines.size() + " processes were looked at");
        assertTrue(lines.stream().anyMatch(line -> line.contains("postgres")), "PostgreSQL is among them");
        assertEquals(List.of(), lines.stream().filter(SecretsIT::tells).toList());
    }

    @Test
    void noLogHasASecretInIt() {
        var logs = files(RunningShop.home().resolve("logs"));

        assertTrue(logs.size() >= 10, logs.toString());
        assertEquals(List.of(), logs.stream().filter(SecretsIT::holdsASecret).toList());
    }

    @Test
    void aFileThatHoldsASecretIsItsOwnersAlone() {
        var holding = files(RunningShop.home()).stream()
                .filter(SecretsIT::holdsASecret)
                .toList();

        assertTrue(holding.size() >= 4, holding.toString());
        assertEquals(
                List.of(),
                holding.stream().filter(file -> !isItsOwnersAlone(file)).toList());
    }

    private static boolean isItsOwnersAlone(Path file) {
        try {
            return Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
                    .containsAll(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path below) {
        var found = new ArrayList<Path>();
        try (var entries = Files.list(below)) {
            for (var entry : entries.toList()) {
                if (Files.isRegularFile(entry)) found.add(entry);
                else if (Files.isDirectory(entry)
                        && !UNREAD.contains(entry.getFileName().toString())) found.addAll(files(entry));
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean holdsASecret(Path file) {
        try {
            return tells(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
