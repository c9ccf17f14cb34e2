package omnibus.stores;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** One store that this machine runs by itself. Not safe for use by several threads, {@link #ping()} and the getters excepted. */
public interface EmbeddedStore {
    /** {@code postgres}, {@code redis} or {@code mongo}. */
    String name();

    /** {@code embedded}: the real server. {@code emulated}: something that speaks its protocol. */
    String kind();

    /** The server's own process id; this JVM's for a store within it. */
    long pid();

    /** The port on 127.0.0.1. Stays the same over restarts of this object. */
    int port();

    /** Where an administrator reaches it, password included. */
    String url();

    /**
     * Makes the store answer: takes over a server that a dead run left behind if it is just what would be started, else
     * stops it and starts anew. Returns when a query has been answered.
     */
    void start() throws IOException, InterruptedException;

    /** Whether the server's process is there. It may still not answer. */
    boolean running();

    /** Completes when the server has ended, for whatever reason. A new one after each start. */
    CompletableFuture<?> ended();

    /** Asks the store something that only a working store can answer; throws if it does not, within two seconds. */
    void ping() throws IOException;

    /** Stops it in good order: what was acknowledged is on disk, clients are disconnected, no process is left. */
    void stop() throws IOException, InterruptedException;
}
