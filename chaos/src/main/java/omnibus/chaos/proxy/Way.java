package omnibus.chaos.proxy;

/** The two directions of a connection. */
public enum Way {
    TO_SERVER,
    TO_CLIENT
}
