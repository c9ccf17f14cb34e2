package omnibus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** How much memory processes take. */
final class Memory {
    private Memory() {}

    /**
     * The proportional set size of a process in bytes: pages shared with others count as their share. 0 where the system
     * does not tell.
     */
    static long proportionalBytes(long pid) {
        return kibibytes(Path.of("/proc/" + pid + "/smaps_rollup"), "Pss:") << 10;
    }

    /** Of a process and all its descendants: a PostgreSQL server is a family. */
    static long ofFamily(long pid) {
        var children = ProcessHandle.of(pid)
                .map(ProcessHandle::descendants)
                .orElse(Stream.empty())
                .mapToLong(ProcessHandle::pid);
        return proportionalBytes(pid) + children.map(Memory::proportionalBytes).sum();
    }

    /** What the machine could give to new processes, in MiB; 0 where the system does not tell. */
    static long availableMebibytes() {
        return kibibytes(Path.of("/proc/meminfo"), "MemAvailable:") >> 10;
    }

    private static long kibibytes(Path file, String key) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0; // gone meanwhile, or not ours to look into
        }
    }
}
