package omnibus.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The output of the shop's processes: one file per instance under {@code OMNIBUS_HOME/logs}. */
final class LogFiles {
    private static final int TAIL_BYTES = 64 * 1024;
    private static final long LIMIT_BYTES = 64L << 20;
    private static final int KEPT_PER_SERVICE = 5;

    private LogFiles() {}

    /** The last lines of a file; none when there is no such file. */
    static List<String> tail(Path file, int lines) {
        try (var in = new RandomAccessFile(file.toFile(), "r")) {
            in.seek(Math.max(0, in.length() - TAIL_BYTES));
            var bytes = new byte[(int) (in.length() - in.getFilePointer())];
            in.readFully(bytes);
            var all = new String(bytes, StandardCharsets.UTF_8).lines().toList();
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** The log files of a service or of one instance, oldest first. */
    static List<Path> of(Home home, String serviceOrInstance) {
        try (Stream<Path> files = Files.list(home.logs())) {
            return files.filter(file -> belongsTo(file.getFileName().toString(), serviceOrInstance))
                    .sorted(Comparator.comparing(LogFiles::changed).thenComparing(Path::toString))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static boolean belongsTo(String file, String name) {
        return file.equals(name + ".log") || file.matches(java.util.regex.Pattern.quote(name) + "-[0-9a-f]{4}\\.log");
    }

    private static long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    /**
     * Keeps the logs from filling the disk: of the service's ended instances the newest few stay, and a file over the
     * limit is set aside and cut. Its writer appends, so it goes on at the new end; a line written meanwhile may be lost.
     */
    static void prune(Home home, Shop shop, List<Instance> alive) {
        try {
            for (var role : shop.roles()) {
                var ended = of(home, role.name()).stream()
                        .filter(file -> alive.stream().noneMatch(it -> file.endsWith(it.logName())))
                        .toList();
                for (var file : ended.subList(0, Math.max(0, ended.size() - KEPT_PER_SERVICE))) {
                    Files.deleteIfExists(file);
                }
            }
            for (var instance : alive) cut(home.logs().resolve(instance.logName()));
            for (var store : Store.values()) cut(home.logs().resolve(store.key + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void cut(Path file) throws IOException {
        if (!Files.exists(file) || Files.size(file) < LIMIT_BYTES) return;
        Files.copy(file, file.resolveSibling(file.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }
}
