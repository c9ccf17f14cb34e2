package omnibus.stores;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code run/stores.json}: what runs where, for the launcher and for people. Readable by its owner alone, as its URLs hold
 * passwords.
 */
final class StoresFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;

    StoresFile(Path home) {
        this.file = home.resolve("run/stores.json");
    }

    void write(List<Keeper> keepers, Map<String, String> externalPostgres, int managementPort) throws IOException {
        var content = JSON.createObjectNode();
        content.put("pid", ProcessHandle.current().pid());
        content.put("managementPort", managementPort);
        var stores = content.putArray("stores");
        for (var keeper : keepers) {
            describe(keeper, stores.addObject());
            var urls = keeper.urls().values();
            if (urls.size() < 2)
                content.put(
                        keeper.store().name(),
                        urls.stream().findFirst().orElse(keeper.store().url()));
        }
        if (!externalPostgres.isEmpty()) {
            var server = stores.addObject()
                    .put("name", "postgres")
                    .put("kind", "external")
                    .put("state", "ready");
            server.set("urls", JSON.valueToTree(externalPostgres));
        }
        Directories.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(content) + "\n");
    }

    private static void describe(Keeper keeper, ObjectNode description) {
        var store = keeper.store();
        description
                .put("name", store.name())
                .put("kind", store.kind())
                .put("pid", store.pid())
                .put("port", store.port())
                .put("state", keeper.state())
                .put("url", store.url());
        if (!keeper.urls().isEmpty()) description.set("urls", JSON.valueToTree(keeper.urls()));
    }

    void delete() throws IOException {
        Files.deleteIfExists(file);
    }
}
