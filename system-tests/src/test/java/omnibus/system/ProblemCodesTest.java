package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import omnibus.shopper.ShopClient;
import org.junit.jupiter.api.Test;

/** docs/problems.md, the pages at /problems and the code name the same codes. */
class ProblemCodesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| (\\d{3}) ");
    private static final Pattern THROWN = Pattern.compile(
            "(?:Problem\\s*\\.\\s*(?:invalid|notFound|conflict|unauthenticated)\\(|(?:\\bof|new Problem)\\(\\s*(?:Problem\\.)?Kind\\.[A-Z_]+,)\\s*\"([a-z]+(?:-[a-z]+)+)\"");

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static TreeSet<String> documented() {
        return DOCUMENTED
                .matcher(read(ROOT.resolve("docs/problems.md")))
                .results()
                .map(match -> match.group(1) + " " + match.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String services() throws IOException {
        try (var files = Files.walk(ROOT, 12)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("src/main"))
                    .filter(file -> file.toString().contains("-verticle")
                            || file.toString().contains("platform"))
                    .map(ProblemCodesTest::read)
                    .collect(Collectors.joining("\n"));
        }
    }

    @Test
    void thePagesAndTheDocumentNameTheSameCodes() throws IOException {
        var pages = ShopClient.JSON.readTree(
                read(ROOT.resolve("gateway-verticle/src/main/resources/gateway/problems.json")));
        var shown = new TreeSet<String>();
        pages.properties()
                .forEach(page -> shown.add(
                        page.getKey() + " " + page.getValue().path("status").asInt()));
        assertEquals(shown, documented());
    }

    @Test
    void everyCodeThatIsThrownIsDocumented() throws IOException {
        var codes = documented().stream().map(entry -> entry.split(" ")[0]).collect(Collectors.toSet());
        var missing = new TreeSet<String>();
        THROWN.matcher(services())
                .results()
                .map(match -> match.group(1))
                .filter(code -> !codes.contains(code))
                .forEach(missing::add);
        assertEquals(new TreeSet<String>(), missing);
    }

    @Test
    void everyDocumentedCodeIsInTheCode() throws IOException {
        var code = services();
        var unused = new TreeSet<String>();
        for (var entry : documented()) {
            var name = entry.split(" ")[0];
            if (!code.contains("\"" + name + "\"")) unused.add(name);
        }
        assertEquals(new TreeSet<String>(), unused);
    }
}
