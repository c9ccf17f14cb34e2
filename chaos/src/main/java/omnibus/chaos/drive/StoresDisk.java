package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the stores of a run keep their data, and nobody else anything. It is filled to the last byte only where it is a
 * small file system of its own: neither the machine nor the run's own records may run out of room.
 */
final class StoresDisk {
    private static final long GIB = 1L << 30;
    private static final long MOST_GIB = 8;

    private StoresDisk() {}

    /** @param home of the shop */
    static Path of(Path home) {
        return home.resolve("stores");
    }

    /** What a path lies on. */
    record Disk(Path path, Object device, long bytes) {
        static Disk under(Path path) throws IOException {
            var there = path;
            while (!Files.exists(there)) there = there.getParent();
            return new Disk(
                    path,
                    Files.getAttribute(there, "unix:dev"),
                    Files.getFileStore(there).getTotalSpace());
        }
    }

    static void requireSmallOneOfItsOwn(Path home, Path checkout) throws IOException {
        var others = List.of(Disk.under(home.getRoot()), Disk.under(checkout), Disk.under(home));
        requireSmallOneOfItsOwn(Disk.under(of(home)), others);
    }

    static void requireSmallOneOfItsOwn(Disk stores, List<Disk> others) {
        for (var other : others) {
            if (stores.device().equals(other.device())) {
                throw refusal(
                        stores, "It is on the same file system as " + other.path() + ", which would be full, too.");
            }
        }
        if (stores.bytes() > MOST_GIB * GIB) {
            var size = stores.bytes() / GIB;
            throw refusal(stores, "Its file system has " + size + " GiB; at most " + MOST_GIB + " are filled.");
        }
    }

    private static Stopped refusal(Disk stores, String why) {
        var path = stores.path();
        return Stopped.usage(
                "The disk of " + path + " must not be filled.",
                why,
                "Give it a small one: mkdir -p " + path + " && mount -t tmpfs -o size=1g tmpfs " + path);
    }
}
