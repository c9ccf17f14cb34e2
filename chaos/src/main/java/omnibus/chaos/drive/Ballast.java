package omnibus.chaos.drive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/**
 * A file that takes what room a file system has left, until it is closed. The system gives it up with the process that
 * holds it (it is without a name from the beginning), so the room comes back however the run ends.
 */
final class Ballast implements AutoCloseable {
    static final int MIB = 1 << 20;
    private static final int MOST_FAILURES = 10;

    private final Path directory;
    private final FileChannel file;
    private final long most;
    /** Random, so that no file system packs it. */
    private final ByteBuffer chunk = ByteBuffer.allocateDirect(MIB);

    private long taken;

    /** @param most that is taken, in bytes, however much room there is */
    Ballast(Path directory, long most) throws IOException {
        this.directory = directory;
        this.most = most;
        this.file = FileChannel.open(
                directory.resolve("ballast"),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE);
        var bytes = new byte[MIB];
        new Random().nextBytes(bytes);
        chunk.put(bytes);
    }

    static Ballast in(Path directory) throws IOException {
        return new Ballast(directory, Files.getFileStore(directory).getTotalSpace());
    }

    /** Takes what is free now. Returns how many bytes are taken altogether. */
    long fill() throws IOException {
        for (var failures = 0; taken < most; ) {
            try {
                taken += file.write(chunk.clear().limit((int) Math.min(MIB, most - taken)));
            } catch (IOException e) {
                if (Files.getFileStore(directory).getUsableSpace() < MIB) break;
                // Somebody may have made room just now.
                if (!file.isOpen() || ++failures == MOST_FAILURES) throw e;
            }
        }
        return taken;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
