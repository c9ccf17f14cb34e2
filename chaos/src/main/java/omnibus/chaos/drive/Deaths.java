package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import omnibus.chaos.agent.Deed;

/** Which instances the faults have ended, and when: by a signal, or because they came to a failpoint. */
final class Deaths {
    private static final Pattern KILLED = Pattern.compile("([a-z]+-[0-9a-z]+) \\(\\d+\\)");

    private Deaths() {}

    /** By the name of the instance, from the faults done and what the agents wrote down. */
    static Map<String, Instant> of(Path faults, List<Deed> diary) throws IOException {
        var deaths = new TreeMap<String, Instant>();
        for (var line : Files.readAllLines(faults)) {
            var fault = Json.parse(line.getBytes(StandardCharsets.UTF_8));
            if (!fault.path("action").asText().equals("kill")) continue;
            var at = Instant.parse(fault.path("at").asText());
            KILLED.matcher(fault.path("victims").asText()).results().forEach(it -> deaths.put(it.group(1), at));
        }
        for (var deed : diary) if (deed.what().equals("halted")) deaths.put(deed.instance(), deed.at());
        return deaths;
    }
}
