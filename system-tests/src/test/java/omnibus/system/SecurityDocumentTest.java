package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/security.md: every attack has its row, every row its test or the reason why there is none, and both maps are whole. */
class SecurityDocumentTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NUMBER = Pattern.compile("\\bS(\\d+)\\b");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]+(?:Test|IT))(?:\\.([a-z][A-Za-z0-9]*))?`");
    private static final Pattern EXCEPTION = Pattern.compile("exception: .{40,}");
    private static final Pattern RANGE = Pattern.compile("S\\d+\\s*(?:–|-|…|to)\\s*S?\\d+");

    /** What each part of the two standards asks for at least. */
    private static final Map<String, String> ASKED = Map.ofEntries(
            Map.entry("API1", "1 2 3 41"),
            Map.entry("API2", "11 12 14 16 17 18 19 20 21 23 43 46 55"),
            Map.entry("API3", "6 7 8"),
            Map.entry("API4", "24 25 26 28 29 32 42"),
            Map.entry("API5", "3 4"),
            Map.entry("API6", "45"),
            Map.entry("API7", ""),
            Map.entry("API8", "15 37 38 49 50 51 52 53 54 63"),
            Map.entry("API9", "49"),
            Map.entry("API10", "47"),
            Map.entry("V1", "34 35"),
            Map.entry("V2", "9 10 28 45 46"),
            Map.entry("V3", "35 37 38 39"),
            Map.entry("V4", "25 26 28 29 32 33 41 42"),
            Map.entry("V5", ""),
            Map.entry("V6", "19 20 21 23 24 64"),
            Map.entry("V7", "16 17 18 43"),
            Map.entry("V8", "1 2 3 4 7 41"),
            Map.entry("V9", "11 12 14 55"),
            Map.entry("V10", "16 17"),
            Map.entry("V11", "19 20 55"),
            Map.entry("V12", "50 51 52"),
            Map.entry("V13", "4 15 49 53 54 55 63"),
            Map.entry("V14", "8 54 56 58 59"),
            Map.entry("V15", "6 8 61 65"),
            Map.entry("V16", "47 56 57 60"),
            Map.entry("V17", ""));

    private final String document = read(ROOT.resolve("docs/security.md"));
    private final List<List<String>> matrix = rows("## The matrix");
    private final Set<Integer> attacks =
            numbers("1 2 3 4 6 7 8 9 10 11 12 14 15 16 17 18 19 20 21 23 24 25 26 28 29 32 33"
                    + " 34 35 37 38 39 41 42 43 45 46 47 49 50 51 52 53 54 55 56 57 58 59 60 61 63 64 65");

    private static Set<Integer> numbers(String text) {
        return Arrays.stream(text.split(" "))
                .filter(number -> !number.isEmpty())
                .map(Integer::valueOf)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> named(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(found -> Integer.valueOf(found.group(1)))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private String section(String title) {
        var begin = document.indexOf(title + "\n");
        assertTrue(begin >= 0, "there is no " + title);
        var end = document.indexOf("\n## ", begin);
        return document.substring(begin, end < 0 ? document.length() : end);
    }

    /** The cells of each row of the table under this title, its head left out. */
    private List<List<String>> rows(String title) {
        return section(title)
                .lines()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> Arrays.stream(
                                line.substring(1, line.lastIndexOf('|')).split("(?<!\\\\)\\|"))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    private static String last(List<String> row) {
        return row.get(row.size() - 1);
    }

    @Test
    void everyAttackHasOneRow() {
        var found = matrix.stream()
                .flatMap(row -> named(row.get(0)).stream())
                .sorted()
                .toList();
        assertEquals(List.copyOf(attacks), found);
        for (var row : matrix) assertEquals(4, row.size(), row.toString());
    }

    @Test
    void everyRowNamesATestOrTheReasonWhyThereIsNone() {
        var unproven = matrix.stream()
                .filter(row -> !NAMED.matcher(last(row)).find()
                        && !EXCEPTION.matcher(last(row)).lookingAt())
                .map(row -> row.get(0) + " " + row.get(1))
                .toList();
        assertEquals(List.of(), unproven);
    }

    @Test
    void everyTestThatIsNamedAsEvidenceExists() throws IOException {
        var missing = new ArrayList<String>();
        var named = NAMED.matcher(document);
        while (named.find()) {
            var method = named.group(2);
            if (method == null || !sourcesOf(named.group(1)).contains(" " + method + "(")) missing.add(named.group());
        }
        assertEquals(List.of(), missing);
    }

    @Test
    void bothStandardsAreMappedPartByPart() {
        var mapped = new TreeMap<String, Set<Integer>>();
        for (var title : List.of("## By the OWASP API Security Top 10 (2023)", "## By ASVS 5.0")) {
            for (var row : rows(title)) {
                mapped.put(row.get(0).split(" ")[0], named(last(row)));
                assertTrue(
                        last(row).length() > 10 || !named(last(row)).isEmpty(), row + " says neither row nor reason");
            }
        }
        var parts = Stream.concat(
                        IntStream.rangeClosed(1, 10).mapToObj(i -> "API" + i),
                        IntStream.rangeClosed(1, 17).mapToObj(i -> "V" + i))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(parts, mapped.keySet());
        var absent = new TreeMap<String, Set<Integer>>();
        ASKED.forEach((part, asked) -> {
            var rest = numbers(asked);
            rest.removeAll(mapped.get(part));
            if (!rest.isEmpty()) absent.put(part, rest);
        });
        assertEquals(Map.of(), absent);
        var all = mapped.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(attacks, all, "every row belongs to a part, and every part names rows that are there");
    }

    @Test
    void rowsAreNamedOneByOne() {
        assertEquals(
                List.of(),
                RANGE.matcher(document).results().map(found -> found.group()).toList());
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
