package omnibus.platform;

/** A value that never shows itself in logs, messages or dumps of configuration. */
public record Secret(String reveal) {
    @Override
    public String toString() {
        return "***";
    }
}
