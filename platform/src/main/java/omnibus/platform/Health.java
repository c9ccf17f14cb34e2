package omnibus.platform;

/**
 * What this JVM says of itself to whoever watches it. {@code live} turns false only when a restart is the cure;
 * {@code ready} when it should get no traffic.
 */
public final class Health {
    private volatile boolean live = true;
    private volatile boolean ready;
    private volatile String detail = "starting";

    public boolean live() {
        return live;
    }

    public boolean ready() {
        return ready && live;
    }

    public String detail() {
        return detail;
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
