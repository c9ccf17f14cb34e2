package omnibus.platform.events;

/** How far a follower has come in which log. */
public record Position(String logId, long position) {
    /** Nothing read yet, of no log in particular. */
    public static final Position START = new Position("", 0);
}
