package omnibus.chaos.agent;

import java.util.Properties;

/**
 * What befalls messages between instances: each share in percent of all, drawn from a generator of the seed and the
 * instance. A dropped message is not doubled nor delayed; a doubled one's second copy may come late too.
 *
 * @param maxDelayMillis a delayed message comes up to this much later, behind those sent after it
 */
public record BusFaults(
        double dropPercent, double duplicatePercent, double delayPercent, int maxDelayMillis, long seed) {
    static final BusFaults NONE = new BusFaults(0, 0, 0, 0, 0);

    public BusFaults {
        share("dropPercent", dropPercent);
        share("duplicatePercent", duplicatePercent);
        share("delayPercent", delayPercent);
        if (maxDelayMillis < 0) throw new IllegalArgumentException("maxDelayMillis=" + maxDelayMillis + " is below 0");
        if (delayPercent > 0 && maxDelayMillis == 0) {
            throw new IllegalArgumentException("delayPercent without maxDelayMillis delays nothing");
        }
    }

    private static void share(String name, double percent) {
        if (!(percent >= 0 && percent <= 100))
            throw new IllegalArgumentException(name + "=" + percent + " is no share");
    }

    Properties toProperties() {
        var properties = new Properties();
        properties.setProperty("dropPercent", Double.toString(dropPercent));
        properties.setProperty("duplicatePercent", Double.toString(duplicatePercent));
        properties.setProperty("delayPercent", Double.toString(delayPercent));
        properties.setProperty("maxDelayMillis", Integer.toString(maxDelayMillis));
        properties.setProperty("seed", Long.toString(seed));
        return properties;
    }

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    static BusFaults of(Properties properties) {
        return new BusFaults(
                Double.parseDouble(properties.getProperty("dropPercent", "0").strip()),
                Double.parseDouble(
                        properties.getProperty("duplicatePercent", "0").strip()),
                Double.parseDouble(properties.getProperty("delayPercent", "0").strip()),
                Integer.parseInt(properties.getProperty("maxDelayMillis", "0").strip()),
                Long.parseLong(properties.getProperty("seed", "0").strip()));
    }
}
