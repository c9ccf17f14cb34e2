package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.config.InvalidConfigurationException;
import com.hazelcast.config.XmlConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** JVMs do not hold the cluster.xml in their jar against its schema when they start: it is done here. */
class ClusterXmlTest {
    private static final String SCHEMA_CHECK = "hazelcast.config.schema.validation.enabled";
    private final String before = System.getProperty(SCHEMA_CHECK, "true");

    @BeforeEach
    void checkAsOthersMayHaveSwitchedItOff() {
        System.setProperty(SCHEMA_CHECK, "true");
    }

    @AfterEach
    void leaveItAsItWas() {
        System.setProperty(SCHEMA_CHECK, before);
    }

    private static String xml() throws IOException {
        try (var stream = ClusterXmlTest.class.getResourceAsStream("/cluster.xml")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String nameIn(String xml) {
        var properties = new Properties();
        properties.setProperty("omnibus.cluster.name", "a-shop");
        properties.setProperty("omnibus.cluster.host", "127.0.0.1");
        properties.setProperty("omnibus.cluster.port", "5701");
        properties.setProperty("omnibus.cluster.ports", "24");
        var bytes = new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8));
        return new XmlConfigBuilder(bytes).setProperties(properties).build().getClusterName();
    }

    @Test
    void theOneInTheJarFitsItsSchema() throws IOException {
        assertEquals("a-shop", nameIn(xml()));
    }

    @Test
    void anElementThatTheSchemaDoesNotKnowWouldBeSeen() throws IOException {
        var misspelt = xml().replace("backup-count>", "backups-count>");
        assertThrows(InvalidConfigurationException.class, () -> nameIn(misspelt));
    }
}
