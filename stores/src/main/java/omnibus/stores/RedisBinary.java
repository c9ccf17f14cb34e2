package omnibus.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.error.OsArchitectureNotFound;
import redis.embedded.model.OsArchitecture;

/** Unpacks the Redis server that came as a Maven artifact, once per version and directory. */
final class RedisBinary {
    private RedisBinary() {}

    static Path unpack(Path directory) throws IOException {
        var resource = resource();
        var binary = directory.resolve(resource.substring(1));
        if (Files.isExecutable(binary)) return binary;
        Files.createDirectories(directory);
        var draft = Files.createTempFile(directory, "unpacking-", "");
        try (var content = ExecutableProvider.class.getResourceAsStream(resource)) {
            if (content == null)
                throw new StoreException("The embedded Redis server " + resource + " is not on the class path");
            Files.copy(content, draft, StandardCopyOption.REPLACE_EXISTING);
            if (!draft.toFile().setExecutable(true, false))
                throw new IOException("Cannot make " + draft + " executable");
            Files.move(draft, binary, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(draft);
        }
        return binary;
    }

    private static String resource() throws StoreException {
        var message = "No embedded Redis for " + System.getProperty("os.name") + " on " + System.getProperty("os.arch")
                + ". Give the URL of a Redis server in OMNIBUS_REDIS_URL.";
        try {
            var resource = ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
            if (resource == null) throw new StoreException(message);
            return resource;
        } catch (OsArchitectureNotFound e) {
            throw new StoreException(message, e);
        }
    }
}
