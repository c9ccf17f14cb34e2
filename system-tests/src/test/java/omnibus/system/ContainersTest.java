package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a container of the shop may do, and that no JVM of it can be debugged or managed from afar. */
class ContainersTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern USER = Pattern.compile("(?m)^USER (\\d+):(\\d+)$");
    private static final Pattern REMOTE = Pattern.compile("jdwp|jmxremote|Xdebug|Xrunjdwp", Pattern.CASE_INSENSITIVE);
    private static JsonNode compose;

    @BeforeAll
    static void read() throws IOException {
        compose = new YAMLMapper().readTree(ROOT.resolve("docker/compose.yaml").toFile());
    }

    @Test
    void anImageRunsAsSomebodyWithoutRights() throws IOException {
        var text = Files.readString(ROOT.resolve("docker/Dockerfile"));
        var users = USER.matcher(text).results().toList();
        assertEquals(1, users.size());
        assertFalse(
                users.get(0).group(1).equals("0") || users.get(0).group(2).equals("0"),
                users.get(0).group());
        assertTrue(text.strip().endsWith(users.get(0).group()), "nothing comes after it");
    }

    @Test
    void whatContainersShareTakesTheirRightsAway() {
        var shared = compose.path("x-service");
        assertTrue(shared.path("read_only").booleanValue());
        assertEquals(List.of("ALL"), texts(shared.path("cap_drop")));
        assertEquals(List.of("no-new-privileges:true"), texts(shared.path("security_opt")));
        assertTrue(shared.has("mem_limit") && shared.has("pids_limit"));
    }

    @Test
    void everyServiceOfOursHasThatAndTakesNothingBack() {
        var seen = new TreeSet<String>();
        compose.path("services").properties().forEach(service -> {
            var settings = service.getValue();
            assertFalse(settings.path("privileged").booleanValue(), service.getKey());
            assertFalse(
                    settings.has("cap_add") || settings.has("network_mode") || settings.has("pid"), service.getKey());
            if (!settings.path("image").asText().startsWith("omnibus/")) return;
            seen.add(service.getKey());
            assertEquals("service", settings.path("<<").asText(), service.getKey());
            for (var taken : List.of("read_only", "cap_drop", "security_opt", "user")) {
                assertFalse(settings.has(taken), service.getKey() + " has its own " + taken);
            }
        });
        assertTrue(
                seen.containsAll(
                        Set.of("gateway", "user", "product", "cart", "order", "inventory", "payment", "sandbox")),
                seen.toString());
    }

    @Test
    void onlyTheGatewayHasAPortOutside() {
        var open = new TreeSet<String>();
        compose.path("services").properties().forEach(service -> {
            for (var port : service.getValue().path("ports")) open.add(service.getKey() + " " + port.asText());
        });
        assertEquals(Set.of("gateway 127.0.0.1:8080:8080"), open);
    }

    @Test
    void noJvmIsStartedWithAPortForDebuggersOrManagement() throws IOException {
        var found = new TreeSet<String>();
        for (var place :
                List.of("docker", "scripts", "omnibus", "launcher/src/main", "platform/src/main", "stores/src/main")) {
            try (var files = Files.walk(ROOT.resolve(place))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    if (REMOTE.matcher(Files.readString(file)).find()) found.add(file.toString());
                }
            }
        }
        assertEquals(new TreeSet<String>(), found);
    }

    private static List<String> texts(JsonNode list) {
        var texts = new ArrayList<String>();
        list.forEach(entry -> texts.add(entry.asText()));
        return texts;
    }
}
