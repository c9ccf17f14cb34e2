package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import omnibus.platform.call.Contract;
import org.junit.jupiter.api.Test;

/** docs/events.md names the events that the contracts declare. */
class EventsDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\| ([a-z]+) \\|");

    @Test
    void everyDeclaredEventIsDocumentedWithItsLog() throws IOException {
        var declared = new TreeSet<String>();
        for (var service : List.of("user", "product", "cart", "order", "inventory", "payment")) {
            Contract.load(service)
                    .document()
                    .path("webhooks")
                    .fieldNames()
                    .forEachRemaining(event -> declared.add(event + " of " + service));
        }
        var documented = ROW.matcher(Files.readString(Path.of("..", "docs", "events.md")))
                .results()
                .map(row -> row.group(1) + " of " + row.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(declared, documented);
    }
}
