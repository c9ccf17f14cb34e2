package omnibus.chaos.proxy;

import java.util.Set;

/**
 * What is wrong with the line between clients and a server, all at the same time; {@link #NONE} is a good line.
 *
 * @param refuse new connections are refused
 * @param held ways in which nothing gets through. It is not lost: a network that comes back delivers what TCP repeats
 * @param delayMillis how late everything is, each way
 * @param jitterMillis by how much more or less; order is kept
 * @param bytesPerSecond of each connection, each way; 0 for as many as there are
 * @param cutAfterBytes a connection is reset when the server has said so much from now on; -1 for never
 * @param lostWord a connection is reset in the place of the reply that holds it; empty for none
 * @param resetPercent how many new connections are reset as soon as they are there
 */
public record Trouble(
        boolean refuse,
        Set<Way> held,
        int delayMillis,
        int jitterMillis,
        int bytesPerSecond,
        long cutAfterBytes,
        String lostWord,
        int resetPercent) {

    public static final Trouble NONE = new Trouble(false, Set.of(), 0, 0, 0, -1, "", 0);

    public static Trouble refusing() {
        return new Trouble(true, Set.of(), 0, 0, 0, -1, "", 0);
    }

    /** A black hole, for good or until something else is set. */
    public static Trouble holding(Way... ways) {
        return new Trouble(false, Set.of(ways), 0, 0, 0, -1, "", 0);
    }

    public static Trouble delaying(int millis, int jitterMillis) {
        return new Trouble(false, Set.of(), millis, jitterMillis, 0, -1, "", 0);
    }

    public static Trouble throttling(int bytesPerSecond) {
        return new Trouble(false, Set.of(), 0, 0, bytesPerSecond, -1, "", 0);
    }

    public static Trouble cuttingAfter(long bytes) {
        return new Trouble(false, Set.of(), 0, 0, 0, bytes, "", 0);
    }

    /** The server has done what it was told and says so, and nobody hears it. */
    public static Trouble losing(String word) {
        return new Trouble(false, Set.of(), 0, 0, 0, -1, word, 0);
    }

    public static Trouble resetting(int percent) {
        return new Trouble(false, Set.of(), 0, 0, 0, -1, "", percent);
    }
}
