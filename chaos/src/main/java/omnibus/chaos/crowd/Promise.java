package omnibus.chaos.crowd;

/**
 * What must be so after a crowd.
 *
 * @param detail what was seen
 */
public record Promise(String name, boolean held, String detail) {}
