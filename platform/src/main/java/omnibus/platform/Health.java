package omnibus.platform;

import java.util.function.BooleanSupplier;

/**
 * What this JVM says of itself to whoever watches it. {@code live} turns false only when a restart is the cure;
 * {@code ready} when it should get no traffic.
 */
public final class Health {
    /** What a JVM that is cut off cannot reach. */
    static final String MOST = "most of the cluster";

    private volatile boolean live = true;
    private volatile boolean ready;
    private volatile String detail = "starting";
    private volatile BooleanSupplier cutOff = () -> false;

    public boolean live() {
        return live;
    }

    public boolean ready() {
        return ready && live && !isCutOff();
    }

    public String detail() {
        return isCutOff() && ready && live ? "cannot reach " + MOST : detail;
    }

    /** Asked whether this JVM has been cut off from the rest of the cluster. */
    public void cutOff(BooleanSupplier question) {
        cutOff = question;
    }

    /** Cut off from most of the cluster: others serve, not this one. */
    public boolean isCutOff() {
        return cutOff.getAsBoolean();
    }

    public void ready(boolean now, String why) {
        ready = now;
        detail = why;
    }

    /** Asks to be restarted: nothing in this JVM can put it right. */
    public void askForRestart(String why) {
        live = false;
        detail = why;
    }
}
