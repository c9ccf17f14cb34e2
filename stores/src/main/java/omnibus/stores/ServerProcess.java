package omnibus.stores;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A server's process, started here or found running. Its output goes to a file and not to a pipe: the server outlives
 * this JVM when that is killed, and must not meet a broken pipe then.
 */
final class ServerProcess {
    private static final int TAIL_BYTES = 2000;

    private final ProcessHandle handle;

    private ServerProcess(ProcessHandle handle) {
        this.handle = handle;
    }

    static ServerProcess spawn(List<String> command, Path directory, Path log) throws IOException {
        return new ServerProcess(builder(command, directory, log).start().toHandle());
    }

    static ServerProcess of(ProcessHandle handle) {
        return new ServerProcess(handle);
    }

    /** Runs a command to its end; what it said comes with the exception when it fails. */
    static void run(List<String> command, Path directory, Duration atMost) throws IOException, InterruptedException {
        var output = Files.createTempFile("omnibus-", ".out");
        try {
            var process = builder(command, directory, output).start();
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new StoreException(command + " did not end within " + atMost.toSeconds() + " s: " + tail(output));
            }
            if (process.exitValue() != 0) {
                throw new StoreException(command + " ended with " + process.exitValue() + ": " + tail(output));
            }
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static ProcessBuilder builder(List<String> command, Path directory, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // What is configured here must not be bent by PGDATA and its like, and our secrets are not the server's
        // business.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("OMNIBUS_"));
        return builder;
    }

    long pid() {
        return handle.pid();
    }

    ProcessHandle handle() {
        return handle;
    }

    boolean alive() {
        return handle.isAlive();
    }

    CompletableFuture<ProcessHandle> ended() {
        return handle.onExit();
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        try {
            handle.onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void terminate() {
        handle.destroy();
    }

    void kill() {
        handle.destroyForcibly();
    }

    /** The last lines a server wrote: the best explanation of why it does not run. */
    static String tail(Path log) {
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            var bytes = new byte[(int) Math.min(TAIL_BYTES, file.length())];
            file.seek(file.length() - bytes.length);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            return "(" + log + " cannot be read)";
        }
    }
}
