import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns goodbooks-10k's books.csv into the catalogue's NDJSON import and streams it to the shop. One source file without
 * dependencies, run by the JDK itself: `java ImportBooks.java`. Nothing is held whole; the request's body is made line
 * by line as the connection takes it.
 */
final class ImportBooks {
    private static final String USAGE =
            """
            Usage: scripts/import-books [--dry-run] [FILE]

            Loads the books of FILE (default: ../shared/data/books.csv beside the project) into the running shop, with
            price and stock derived from each row, the same every time. Loading again changes nothing.

              --dry-run   print the lines that would be sent, and send nothing

            Environment:
              OMNIBUS_URL                    the shop (default http://127.0.0.1:${OMNIBUS_HTTP_PORT:-8080})
              ADMIN_EMAIL, ADMIN_PASSWORD    who loads (default: OMNIBUS_HOME/admin.json, which `omnibus up` writes)

            Exit code: 0 all loaded; 1 some lines or all of it refused; 2 wrong use; 66 no such file; 69 no shop.
            """;
    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final int NO_FILE = 66;
    private static final int NO_SHOP = 69;

    private static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    public static void main(String[] args) throws Exception {
        var dryRun = false;
        Path file = null;
        for (var arg : args) {
            if (arg.equals("--help") || arg.equals("-h")) end(0, USAGE);
            else if (arg.equals("--dry-run")) dryRun = true;
            else if (arg.startsWith("-") || file != null) end(WRONG_USE, USAGE);
            else file = Path.of(arg);
        }
        var root = Path.of(System.getProperty("omnibus.root", ".")).normalize();
        if (file == null) file = root.resolve("../shared/data/books.csv").normalize();
        if (!Files.isReadable(file)) end(NO_FILE, "import-books: cannot read " + file + "\n");
        try (var lines = new Lines(file)) {
            if (dryRun) {
                lines.transferTo(OUT);
                OUT.flush();
            } else {
                send(lines, new Shop(root), file);
            }
            if (lines.unreadable() > 0) System.exit(FAILED);
        } catch (Csv.Malformed e) {
            end(FAILED, "import-books: " + e.getMessage() + "\n");
        }
    }

    private static void send(Lines lines, Shop shop, Path file) throws Exception {
        var started = System.nanoTime();
        HttpResponse<String> answer;
        try {
            answer = shop.load(lines);
        } catch (ConnectException e) {
            end(NO_SHOP, "import-books: no shop answers at " + shop.url() + ". Start it with ./omnibus up.\n");
            return;
        }
        if (answer.statusCode() != 200) {
            end(FAILED, "import-books: the shop answers " + answer.statusCode() + ": " + answer.body() + "\n");
        }
        var summary = new Summary(answer.body());
        var seconds = (System.nanoTime() - started) / 1e9;
        OUT.printf(
                Locale.ROOT,
                "%s: %d lines in %.1f s: %d created, %d updated, %d unchanged, %d failed%n",
                file.getFileName(),
                summary.count("received"),
                seconds,
                summary.count("created"),
                summary.count("updated"),
                summary.count("unchanged"),
                summary.count("failed"));
        summary.printErrors(OUT);
        OUT.flush();
        if (summary.count("failed") > 0) System.exit(FAILED);
    }

    private static void end(int code, String message) {
        (code == 0 ? OUT : System.err).print(message);
        OUT.flush();
        System.exit(code);
    }

    /** The NDJSON stream, made as it is read. Record n of the file is line n, so that the shop's line numbers fit. */
    private static final class Lines extends InputStream {
        private static final int PROGRESS_EVERY = 1_000;

        private final Csv csv;
        private final Map<String, Integer> columns = new HashMap<>();
        private byte[] line = {};
        private int at;
        private final boolean watched = System.console() != null;
        private long records;
        private int unreadable;

        Lines(Path file) throws IOException {
            csv = new Csv(Files.newBufferedReader(file));
            var header = csv.next();
            if (header == null) throw new Csv.Malformed(file + " is empty");
            for (var i = 0; i < header.size(); i++) columns.put(header.get(i).strip(), i);
            for (var needed : Book.COLUMNS) {
                if (!columns.containsKey(needed)) throw new Csv.Malformed(file + " has no column " + needed);
            }
        }

        int unreadable() {
            return unreadable;
        }

        @Override
        public int read() throws IOException {
            var one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (at == line.length && !nextLine()) return -1;
            var count = Math.min(length, line.length - at);
            System.arraycopy(line, at, to, offset, count);
            at += count;
            return count;
        }

        private boolean nextLine() throws IOException {
            var fields = csv.next();
            if (fields == null) return false;
            records++;
            if (watched && records % PROGRESS_EVERY == 0) System.err.print("\r" + records + " books sent");
            if (fields.size() == 1 && fields.get(0).isBlank()) {
                line = new byte[] {'\n'};
            } else if (fields.size() == columns.size()) {
                line = (new Book(fields, columns).toJson() + "\n").getBytes(StandardCharsets.UTF_8);
            } else {
                unreadable++;
                System.err.printf(
                        "record %d has %d fields instead of %d; left out%n", records, fields.size(), columns.size());
                line = new byte[] {'\n'};
            }
            at = 0;
            return true;
        }

        @Override
        public void close() throws IOException {
            if (watched && records >= PROGRESS_EVERY) System.err.println();
            csv.close();
        }
    }

    /** RFC 4180, one record at a time: fields in quotes may hold commas, line breaks and doubled quotes. */
    private static final class Csv implements AutoCloseable {
        static final class Malformed extends IOException {
            private static final long serialVersionUID = 1;

            Malformed(String what) {
                super(what);
            }
        }

        private final BufferedReader reader;

        Csv(BufferedReader reader) {
            this.reader = reader;
        }

        /** The next record, or null at the end. */
        List<String> next() throws IOException {
            var c = read();
            if (c == -1) return null;
            var fields = new ArrayList<String>();
            while (true) {
                var field = new StringBuilder();
                c = c == '"' ? quoted(field) : bare(field, c);
                fields.add(field.toString());
                if (c != ',') return fields;
                c = read();
            }
        }

        private int bare(StringBuilder field, int first) throws IOException {
            var c = first;
            while (c != ',' && c != '\n' && c != -1) {
                if (c != '\r') field.append((char) c);
                c = read();
            }
            return c;
        }

        private int quoted(StringBuilder field) throws IOException {
            while (true) {
                var c = read();
                if (c == -1) throw new Malformed("the file ends within quotes");
                if (c != '"') {
                    field.append((char) c);
                    continue;
                }
                var after = read();
                if (after == '"') field.append('"');
                else return bare(new StringBuilder(), after);
            }
        }

        private int read() throws IOException {
            return reader.read();
        }

        @Override
        public void close() throws IOException {
            reader.close();
        }
    }

    /** A row of the file as a product. */
    private static final class Book {
        static final List<String> COLUMNS = List.of(
                "book_id",
                "isbn",
                "authors",
                "original_publication_year",
                "original_title",
                "title",
                "language_code",
                "average_rating",
                "ratings_count");

        private static final int MAX_NAME = 200;
        private static final int MAX_ATTRIBUTE = 500;
        private static final Map<String, String> LANGUAGES = Map.ofEntries(
                Map.entry("en", "English"),
                Map.entry("eng", "English"),
                Map.entry("ara", "Arabic"),
                Map.entry("dan", "Danish"),
                Map.entry("fil", "Filipino"),
                Map.entry("fre", "French"),
                Map.entry("ger", "German"),
                Map.entry("ind", "Indonesian"),
                Map.entry("ita", "Italian"),
                Map.entry("jpn", "Japanese"),
                Map.entry("nl", "Dutch"),
                Map.entry("nor", "Norwegian"),
                Map.entry("per", "Persian"),
                Map.entry("pol", "Polish"),
                Map.entry("por", "Portuguese"),
                Map.entry("rum", "Romanian"),
                Map.entry("rus", "Russian"),
                Map.entry("spa", "Spanish"),
                Map.entry("swe", "Swedish"),
                Map.entry("tur", "Turkish"),
                Map.entry("vie", "Vietnamese"));

        private final List<String> fields;
        private final Map<String, Integer> columns;

        Book(List<String> fields, Map<String, Integer> columns) {
            this.fields = fields;
            this.columns = columns;
        }

        private String field(String name) {
            return fields.get(columns.get(name)).strip();
        }

        String toJson() {
            var json = new StringBuilder(600);
            json.append("{\"sku\":").append(Text.json("BOOK-" + field("book_id")));
            json.append(",\"name\":").append(Text.json(cut(title(), MAX_NAME)));
            json.append(",\"description\":").append(Text.json(description()));
            json.append(",\"price\":{\"amount\":").append(priceMinor()).append(",\"currency\":");
            json.append(Text.json(Optional.ofNullable(System.getenv("OMNIBUS_CURRENCY")).orElse("EUR")));
            json.append("},\"categories\":[");
            var separator = "";
            for (var category : categories()) {
                json.append(separator).append(Text.json(category));
                separator = ",";
            }
            json.append("],\"attributes\":{");
            separator = "";
            for (var attribute : attributes().entrySet()) {
                json.append(separator).append(Text.json(attribute.getKey())).append(':');
                json.append(Text.json(attribute.getValue()));
                separator = ",";
            }
            return json.append("},\"initialStock\":").append(stock()).append('}').toString();
        }

        private String title() {
            return field("title").replaceAll("\\s+", " ");
        }

        private String description() {
            var text = new StringBuilder("“").append(title()).append("”");
            if (!field("authors").isEmpty()) text.append(" by ").append(authors());
            year().ifPresent(year -> text.append(", first published ").append(published(year)));
            language().ifPresent(language -> text.append(", in ").append(language));
            text.append('.');
            var original = field("original_title");
            if (!original.isEmpty() && !title().startsWith(original)) {
                text.append(" Original title: ").append(original).append('.');
            }
            var ratings = number("ratings_count");
            var average = field("average_rating");
            if (ratings.isPresent() && average.matches("[0-5](\\.[0-9]+)?")) {
                text.append(String.format(
                        Locale.ENGLISH, " %,d readers give it %s of 5 stars.", ratings.get(), average));
            }
            return text.toString();
        }

        private static String published(long year) {
            return year < 0 ? "about " + -year + " BC" : "in " + year;
        }

        /** As many names as fit. */
        private String authors() {
            var all = field("authors");
            if (all.length() <= MAX_ATTRIBUTE) return all;
            var end = all.lastIndexOf(", ", MAX_ATTRIBUTE - " and others".length());
            return end < 0 ? cut(all, MAX_ATTRIBUTE) : all.substring(0, end) + " and others";
        }

        private List<String> categories() {
            var categories = new ArrayList<String>();
            categories.add("Books");
            year().ifPresent(year ->
                    categories.add(year < 1900 ? "Classics before 1900" : "Books of the " + year / 10 * 10 + "s"));
            language()
                    .filter(language -> !language.equals("English"))
                    .ifPresent(language -> categories.add("Books in " + language));
            return categories;
        }

        private Map<String, String> attributes() {
            var attributes = new LinkedHashMap<String, String>();
            if (!field("authors").isEmpty()) attributes.put("author", authors());
            year().ifPresent(year -> attributes.put("year", Long.toString(year)));
            language().ifPresent(language -> attributes.put("language", language));
            isbn().ifPresent(isbn -> attributes.put("isbn", isbn));
            return attributes;
        }

        /** The file has lost leading zeros to a spreadsheet. */
        private Optional<String> isbn() {
            var isbn = field("isbn");
            if (!isbn.matches("[0-9]{1,9}[0-9Xx]")) return Optional.empty();
            return Optional.of("0".repeat(10 - isbn.length()) + isbn.toUpperCase(Locale.ROOT));
        }

        private Optional<String> language() {
            var code = field("language_code");
            return Optional.ofNullable(LANGUAGES.get(code.contains("-") ? code.substring(0, code.indexOf('-')) : code));
        }

        private Optional<Long> year() {
            return number("original_publication_year");
        }

        private Optional<Long> number(String column) {
            var text = field(column).replaceFirst("\\.0$", "");
            return text.matches("-?[0-9]{1,15}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
        }

        /** Classics 4.99 to 9.99, everything else 8.99 to 24.99; the same for a row every time. */
        private long priceMinor() {
            var classic = year().filter(year -> year < 1950).isPresent();
            return classic ? 499 + draw(7919, 6) * 100 : 899 + draw(7919, 17) * 100;
        }

        /** 5 to 200 copies; the same for a row every time. */
        private long stock() {
            return 5 + draw(104_729, 196);
        }

        private long draw(int prime, int choices) {
            return Math.floorMod((long) field("book_id").hashCode() * prime, choices);
        }

        private static String cut(String text, int limit) {
            if (text.codePointCount(0, text.length()) <= limit) return text;
            return text.substring(0, text.offsetByCodePoints(0, limit - 1)) + "…";
        }
    }

    /** The running shop, as an admin sees it. */
    private static final class Shop {
        private static final Duration PATIENCE = Duration.ofMinutes(10);

        private final String url;
        private final Path home;
        private final HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();

        Shop(Path root) {
            var port = env("OMNIBUS_HTTP_PORT").orElse("8080");
            url = env("OMNIBUS_URL").orElse("http://127.0.0.1:" + port).replaceFirst("/+$", "");
            home = root.resolve(env("OMNIBUS_HOME").orElse(".omnibus"));
        }

        String url() {
            return url;
        }

        HttpResponse<String> load(InputStream lines) throws IOException, InterruptedException {
            var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/products/import"))
                    .timeout(PATIENCE)
                    .header("Authorization", "Bearer " + token())
                    .header("Content-Type", "application/x-ndjson")
                    .POST(BodyPublishers.ofInputStream(() -> lines))
                    .build();
            return client.send(request, BodyHandlers.ofString());
        }

        private String token() throws IOException, InterruptedException {
            var body = "{\"email\":" + Text.json(admin("ADMIN_EMAIL", "email")) + ",\"password\":"
                    + Text.json(admin("ADMIN_PASSWORD", "password")) + "}";
            var request = HttpRequest.newBuilder(URI.create(url + "/api/v1/users/login"))
                    .timeout(Duration.ofSeconds(20))
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofString(body))
                    .build();
            var answer = client.send(request, BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                end(FAILED, "import-books: signing in as admin: " + answer.statusCode() + " " + answer.body() + "\n");
            }
            return Text.member(answer.body(), "token").orElseThrow();
        }

        private String admin(String key, String member) {
            var given = env(key);
            if (given.isPresent()) return given.get();
            var file = home.resolve("admin.json");
            try {
                var found = Files.isReadable(file) ? Text.member(Files.readString(file), member) : Optional.<String>empty();
                if (found.isPresent()) return found.get();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            end(WRONG_USE, "import-books: set ADMIN_EMAIL and ADMIN_PASSWORD; " + file + " does not have them.\n");
            throw new AssertionError();
        }

        private static Optional<String> env(String key) {
            return Optional.ofNullable(System.getenv(key)).filter(value -> !value.isBlank());
        }
    }

    /** What became of the lines, read out of the shop's answer. */
    private static final class Summary {
        private static final Pattern ERROR = Pattern.compile("\\{\"line\":(\\d+)(.*?)\\}(?=[,\\]])");

        private final String json;

        Summary(String json) {
            this.json = json;
        }

        long count(String member) {
            var found = Pattern.compile("\"" + member + "\":(\\d+)").matcher(json);
            return found.find() ? Long.parseLong(found.group(1)) : 0;
        }

        void printErrors(PrintStream out) {
            var error = ERROR.matcher(json);
            while (error.find()) {
                var rest = "{" + error.group(2) + "}";
                var sku = Text.member(rest, "sku").map(s -> " (" + s + ")").orElse("");
                out.println("record " + error.group(1) + sku + ": " + Text.member(rest, "detail").orElse("refused"));
            }
        }
    }

    /** The little JSON that is needed here: texts out, and the text of a member in. */
    private static final class Text {
        private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9a-fA-F]{4})|.)");

        private Text() {}

        static String json(String text) {
            var json = new StringBuilder(text.length() + 8).append('"');
            for (var i = 0; i < text.length(); i++) {
                var c = text.charAt(i);
                if (c == '"' || c == '\\') json.append('\\').append(c);
                else if (c < ' ') json.append(String.format("\\u%04x", (int) c));
                else json.append(c);
            }
            return json.append('"').toString();
        }

        static Optional<String> member(String json, String name) {
            var found = Pattern.compile("\"" + name + "\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(json);
            return found.find() ? Optional.of(unescape(found.group(1))) : Optional.empty();
        }

        private static String unescape(String text) {
            return ESCAPE.matcher(text).replaceAll(escape -> Matcher.quoteReplacement(meaning(escape.group(1))));
        }

        private static String meaning(String escape) {
            switch (escape.charAt(0)) {
                case 'n':
                    return "\n";
                case 't':
                    return "\t";
                case 'r':
                    return "\r";
                case 'b':
                    return "\b";
                case 'f':
                    return "\f";
                case 'u':
                    return Character.toString((char) Integer.parseInt(escape.substring(1), 16));
                default:
                    return escape;
            }
        }
    }
}
