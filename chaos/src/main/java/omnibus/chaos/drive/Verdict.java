package omnibus.chaos.drive;

/**
 * Whether one invariant held.
 *
 * @param name short, as in the documents: {@code I5 every order ends}
 * @param detail what was seen
 */
record Verdict(String name, boolean held, String detail) {}
