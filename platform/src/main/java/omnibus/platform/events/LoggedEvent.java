package omnibus.platform.events;

/** An event and its place in its service's log. Positions are dense, from 1, and given after commit. */
public record LoggedEvent(long position, Event event) {}
