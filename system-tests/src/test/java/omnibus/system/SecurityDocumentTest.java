package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security.md names tests as its evidence: they must be there. */
class SecurityDocumentTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT))(?:\\.([a-z][A-Za-z0-9]*))?`");

    @Test
    void everyTestThatIsNamedAsEvidenceExists() throws IOException {
        var missing = new ArrayList<String>();
        var named = NAMED.matcher(Files.readString(ROOT.resolve("docs/security.md")));
        var count = 0;
        while (named.find()) {
            count++;
            var method = named.group(2);
            var text = sourcesOf(named.group(1));
            if (text.isEmpty() || method != null && !text.contains(" " + method + "(")) missing.add(named.group());
        }
        assertEquals(List.of(), missing);
        assertTrue(count > 40, "only " + count + " tests are named");
    }

    /** Two modules may have a test of one name. */
    private static String sourcesOf(String test) throws IOException {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .flatMap(SecurityDocumentTest::files)
                    .filter(file -> file.endsWith(test + ".java"))
                    .map(SecurityDocumentTest::read)
                    .collect(Collectors.joining("\n"));
        }
    }

    private static Stream<Path> files(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
