package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every setting that any program reads is told in docs/operations.md or in the README. */
class SettingsDocumentTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SETTING = Pattern.compile("\"((?:OMNIBUS|ADMIN)_[A-Z_]+[A-Z])\"");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everySettingIsDocumented() throws IOException {
        var documents = read(ROOT.resolve("docs/operations.md")) + read(ROOT.resolve("README.md"));
        var untold = new TreeSet<String>();
        try (var files = Files.walk(ROOT, 12)) {
            files.filter(file ->
                            file.toString().endsWith(".java") && file.toString().contains("src/main"))
                    .flatMap(file -> SETTING.matcher(read(file)).results())
                    .map(match -> match.group(1))
                    .filter(setting -> !documents.contains("`" + setting + "`"))
                    .forEach(untold::add);
        }
        assertEquals(new TreeSet<String>(), untold);
    }
}
