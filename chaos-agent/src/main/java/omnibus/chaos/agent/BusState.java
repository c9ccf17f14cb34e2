package omnibus.chaos.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What is to befall this JVM's messages, and what has befallen them. Knows no Vert.x: not every JVM has one. */
final class BusState {
    /** Set once, before any class of the shop is loaded. */
    static volatile BusState ofThisJvm;

    private final String instance;
    private final Path file;
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile BusFaults faults = BusFaults.NONE;
    private Properties saved = new Properties();

    /** @param file where the counts go */
    BusState(String instance, Path file) {
        this.instance = instance;
        this.file = file;
    }

    String instance() {
        return instance;
    }

    BusFaults faults() {
        return faults;
    }

    void befall(BusFaults now) {
        faults = now;
    }

    void count(String kind, String what) {
        counts.computeIfAbsent(kind + "." + what, name -> new LongAdder()).increment();
    }

    void save() {
        var now = new Properties();
        counts.forEach((name, count) -> now.setProperty(name, Long.toString(count.sum())));
        if (now.equals(saved)) return;
        try {
            FaultDirectory.write(file, now);
            saved = now;
        } catch (IOException e) {
            System.err.println("chaos agent: the counts cannot be written: " + e);
        }
    }
}
