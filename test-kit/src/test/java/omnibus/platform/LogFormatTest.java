package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

/** What a client sends may stand in a log, but may not look like a line of it. */
class LogFormatTest {
    private static final String FORGED = "12:00:00.000 INFO  security account-closed";
    /** What any reader of lines may take for the end of one. */
    private static final Pattern END_OF_LINE = Pattern.compile("\\r\\n|[\\n\\r\\x0b\\f\\x1c-\\x1e\\x85\\u2028\\u2029]");

    private final LoggerContext context = new LoggerContext();

    private static final class Last extends AppenderBase<ILoggingEvent> {
        private ILoggingEvent event;

        @Override
        protected void append(ILoggingEvent written) {
            event = written;
        }
    }

    private final Last last = new Last();
    private Logger log;

    @BeforeEach
    void configure() throws JoranException {
        configure("text");
    }

    private void configure(String format) throws JoranException {
        context.reset();
        context.setMDCAdapter(MDC.getMDCAdapter());
        context.putProperty("OMNIBUS_LOG", format);
        var configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
        log = context.getLogger("test");
        log.setAdditive(false);
        last.setContext(context);
        last.start();
        log.addAppender(last);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private List<String> lines() {
        return lines("text");
    }

    private List<String> lines(String format) {
        var async = (AsyncAppender) context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("async");
        var console = (OutputStreamAppender<ILoggingEvent>) async.getAppender(format);
        var text = new String(console.getEncoder().encode(last.event), StandardCharsets.UTF_8);
        assertTrue(text.endsWith("\n"), text);
        return List.of(END_OF_LINE.split(text));
    }

    private static void assertOneRecord(List<String> lines) {
        assertTrue(lines.get(0).contains(" test "), lines.get(0));
        assertEquals(
                List.of(),
                lines.stream().skip(1).filter(line -> !line.startsWith(" ")).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", "\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029", "\u001b[2K\r"})
    void noMessageAndNoValueBeginsALine(String lineBreak) {
        log.atInfo()
                .addKeyValue("name", "x" + lineBreak + FORGED)
                .addKeyValue("y" + lineBreak + FORGED, "z")
                .log("{} came", "somebody" + lineBreak + FORGED);

        assertEquals(1, lines().size(), lines().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r\n", "\n", "\r", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
    void noMessageOfAnExceptionBeginsARecord(String lineBreak) {
        var cause = new IllegalArgumentException("bad" + lineBreak + FORGED + lineBreak);
        var failure = new IllegalStateException(lineBreak + FORGED, cause);
        failure.addSuppressed(new IllegalArgumentException("worse" + lineBreak + lineBreak + FORGED));
        log.error("an operation failed", failure);

        assertOneRecord(lines());
        assertTrue(lines().stream().anyMatch(line -> line.contains("Caused by: ")), "the whole trace is there");
    }

    @Test
    void aRecordWithoutAnExceptionIsOneLine() {
        log.warn("as it is: \u00fc, \t and {}", 3);

        assertEquals(1, lines().size());
        assertTrue(lines().get(0).contains("WARN  test as it is: \u00fc,   and 3"), lines().get(0));
    }

    @Test
    void inJsonARecordIsOneLineToo() throws JoranException {
        configure("json");
        log.atError()
                .addKeyValue("name", "x\r\n{}")
                .setCause(new IllegalStateException("y\n{}"))
                .log("z\n{}");

        assertEquals(1, lines("json").size());
    }

    @Test
    void aSecurityEventDoesNotQueueBehindOtherLinesAndIsNotDropped() {
        var security = context.getLogger("omnibus.security");

        assertFalse(security.isAdditive());
        assertEquals(0, ((AsyncAppender) security.getAppender("security")).getDiscardingThreshold());
    }
}
