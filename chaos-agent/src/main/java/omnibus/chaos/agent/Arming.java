package omnibus.chaos.agent;

import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;

/**
 * What is to happen at a failpoint.
 *
 * @param passage the how-manieth passage of one JVM, counted from when it has seen the arming; a throw starts with it
 * @param order only passages that concern this order count
 */
public record Arming(Failpoint failpoint, Action action, int passage, Optional<UUID> order) {

    public enum Action {
        /** The first JVM to come to the passage halts with 137, as if killed. */
        HALT,
        /** The method throws, in every JVM and from the passage on. Only before a boundary. */
        THROW
    }

    public Arming {
        if (passage < 1) throw new IllegalArgumentException("passage=" + passage + " is not 1 or more");
        if (action == Action.THROW && failpoint.moment() != Failpoint.Moment.BEFORE) {
            throw new IllegalArgumentException(failpoint.name() + " cannot throw: what is done cannot fail any more");
        }
    }

    public static Arming halt(Failpoint failpoint, int passage) {
        return new Arming(failpoint, Action.HALT, passage, Optional.empty());
    }

    /** A poison order: whatever concerns it fails there. */
    public static Arming poison(Failpoint failpoint, UUID order) {
        return new Arming(failpoint, Action.THROW, 1, Optional.of(order));
    }

    Properties toProperties() {
        var properties = new Properties();
        properties.setProperty("failpoint", failpoint.name());
        properties.setProperty("action", action.name().toLowerCase(Locale.ROOT));
        properties.setProperty("passage", Integer.toString(passage));
        order.ifPresent(id -> properties.setProperty("order", id.toString()));
        return properties;
    }

    /** Throws {@link IllegalArgumentException} with what is wrong. */
    static Arming of(Properties properties) {
        var name = properties.getProperty("failpoint", "").strip();
        var failpoint = Failpoint.named(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "failpoint=" + name + " is not in the catalogue; --list shows it"));
        var action = properties.getProperty("action", "halt").strip().toUpperCase(Locale.ROOT);
        return new Arming(
                failpoint,
                Action.valueOf(action),
                Integer.parseInt(properties.getProperty("passage", "1").strip()),
                Optional.ofNullable(properties.getProperty("order")).map(id -> UUID.fromString(id.strip())));
    }
}
