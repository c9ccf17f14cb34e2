package omnibus.chaos.facts;

/** How far a follower has read another service's log. */
public record Cursor(String follower, String source, String logId, long position) {}
