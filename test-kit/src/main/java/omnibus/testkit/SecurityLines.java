package omnibus.testkit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** The security events told from its making to its close, each as its names and values. */
public final class SecurityLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("omnibus.security");

    private final List<Map<String, String>> lines = new CopyOnWriteArrayList<>();

    public SecurityLines() {
        setContext(LOG.getLoggerContext());
        start();
        LOG.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent line) {
        var values = new LinkedHashMap<String, String>();
        line.getKeyValuePairs().forEach(pair -> values.put(pair.key, String.valueOf(pair.value)));
        lines.add(values);
    }

    public List<Map<String, String>> all() {
        return List.copyOf(lines);
    }

    /** The one line of this event. */
    public Map<String, String> one(String event) {
        var found =
                lines.stream().filter(line -> event.equals(line.get("event"))).toList();
        if (found.size() != 1) throw new AssertionError(found.size() + " lines tell of " + event + ": " + lines);
        return found.get(0);
    }

    @Override
    public void close() {
        LOG.detachAppender(this);
        stop();
    }
}
