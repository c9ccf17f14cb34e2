package omnibus.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * One kind of process of the shop.
 *
 * @param name as {@code ps}, {@code scale} and {@code restart} know it
 * @param mainClass what its JVM runs
 * @param duty what it is to the others
 * @param heapMebibytes its {@code -Xmx}
 * @param stores whose URLs it is given, and only these
 * @param jars of a service that was plugged in; the shop's own are in the distribution
 */
record Role(String name, String mainClass, Duty duty, int heapMebibytes, Set<Store> stores, List<Path> jars) {
    enum Duty {
        /** Runs the embedded stores. */
        STORES,
        /** A stand-in for the payment provider. */
        SANDBOX,
        /** A verticle of the shop that others reach over the bus. */
        SERVICE,
        /** The verticle that speaks HTTP; several share one port. */
        GATEWAY,
        /** Watches the others. */
        SUPERVISOR
    }

    /** A process of the distribution. */
    Role(String name, String mainClass, Duty duty, int heapMebibytes, Set<Store> stores) {
        this(name, mainClass, duty, heapMebibytes, stores, List.of());
    }

    boolean pluggedIn() {
        return !jars.isEmpty();
    }

    boolean scalable() {
        return duty == Duty.SERVICE || duty == Duty.GATEWAY;
    }
}
