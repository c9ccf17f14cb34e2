package omnibus.chaos.agent;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A place where a JVM can be made to die or to fail: a side of a {@link Boundary}. */
public record Failpoint(Boundary boundary, Moment moment) {

    public enum Moment {
        /** The step has not begun: nothing of it is done. */
        BEFORE,
        /** The step's future has succeeded: what it did is committed, and nobody has been told. */
        AFTER
    }

    /** Stable: {@code inventory.reserveStock.after}. */
    public String name() {
        return boundary.wireName() + "." + moment.name().toLowerCase(Locale.ROOT);
    }

    /** The service in whose JVMs it is. */
    public String service() {
        return boundary.service();
    }

    /** The whole catalogue, in the order of an order's life. */
    public static List<Failpoint> all() {
        return Arrays.stream(Boundary.values())
                .flatMap(boundary -> Arrays.stream(Moment.values()).map(moment -> new Failpoint(boundary, moment)))
                .toList();
    }

    public static Optional<Failpoint> named(String name) {
        return all().stream().filter(it -> it.name().equals(name)).findFirst();
    }
}
