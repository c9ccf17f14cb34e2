package omnibus.gateway;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The memory that bodies may take while their requests are under way, those that come and those that go. It is bounded as a
 * whole, and for each client's network; where there is no more, room is made by cutting off who has kept us waiting for
 * longest. Lives on one event loop.
 */
final class Room {
    /** Of the whole, for one network. */
    private static final int SHARE = 4;

    /** Who has something here. */
    interface Guest {
        /** The network it comes from, as limits see it. */
        String network();

        /** Is it slow in sending or taking, rather than we in answering? */
        boolean keepsUsWaiting();

        /** Ends it, and with that gives back what it had. */
        void cutOff();
    }

    private final long all;
    private long used;
    private final Map<String, Long> byNetwork = new HashMap<>();
    /** The one that came first is the first. */
    private final Map<Guest, Long> guests = new LinkedHashMap<>();

    Room(long bytes) {
        this.all = bytes;
    }

    /** Takes room for so many more bytes. False: there is none, and nobody whose going would make it. */
    boolean take(Guest guest, long bytes) {
        var network = guest.network();
        if (guests.getOrDefault(guest, 0L) + bytes > all / SHARE) return false;
        while (!fits(network, bytes)) {
            var ofNetwork = !fitsShare(network, bytes);
            var slow = longestWaitedFor(guest, ofNetwork ? network : null);
            if (slow.isEmpty()) return false;
            slow.get().cutOff();
            leave(slow.get());
        }
        add(guest, bytes);
        return true;
    }

    /** As {@link #take}, for what is there already and must go out: beyond the bounds where it has to be. */
    void takeAnyhow(Guest guest, long bytes) {
        if (!take(guest, bytes)) add(guest, bytes);
    }

    private boolean fits(String network, long bytes) {
        return used + bytes <= all && fitsShare(network, bytes);
    }

    private boolean fitsShare(String network, long bytes) {
        return byNetwork.getOrDefault(network, 0L) + bytes <= all / SHARE;
    }

    private Optional<Guest> longestWaitedFor(Guest other, String network) {
        return guests.keySet().stream()
                .filter(it -> it != other && it.keepsUsWaiting())
                .filter(it -> network == null || it.network().equals(network))
                .findFirst();
    }

    private void add(Guest guest, long bytes) {
        used += bytes;
        guests.merge(guest, bytes, Long::sum);
        byNetwork.merge(guest.network(), bytes, Long::sum);
    }

    /** Gives back all that it had, if anything. */
    void leave(Guest guest) {
        var bytes = guests.remove(guest);
        if (bytes == null) return;
        used -= bytes;
        byNetwork.computeIfPresent(guest.network(), (network, sum) -> sum.equals(bytes) ? null : sum - bytes);
    }

    long used() {
        return used;
    }
}
