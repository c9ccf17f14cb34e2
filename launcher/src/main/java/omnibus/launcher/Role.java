package omnibus.launcher;

import java.util.Set;

/**
 * One kind of process of the shop.
 *
 * @param name as {@code ps}, {@code scale} and {@code restart} know it
 * @param mainClass what its JVM runs
 * @param duty what it is to the others
 * @param heapMebibytes its {@code -Xmx}
 * @param stores whose URLs it is given, and only these
 */
record Role(String name, String mainClass, Duty duty, int heapMebibytes, Set<Store> stores) {
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

    boolean scalable() {
        return duty == Duty.SERVICE || duty == Duty.GATEWAY;
    }
}
