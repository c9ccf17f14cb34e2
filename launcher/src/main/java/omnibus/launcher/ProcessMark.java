package omnibus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process told apart from every later one that gets the same pid: its pid and when it was born. On Linux the birth is
 * the kernel's tick count with the boot's id, which no change of the clock can alter; elsewhere what the JDK tells.
 */
record ProcessMark(long pid, String born) {
    private static final Path PROC = Path.of("/proc");

    /** The living process with this pid; empty when there is none or only its zombie. */
    static Optional<ProcessMark> of(long pid) {
        if (!Files.isDirectory(PROC.resolve("self"))) {
            return ProcessHandle.of(pid)
                    .filter(ProcessHandle::isAlive)
                    .flatMap(process -> process.info().startInstant())
                    .map(start -> new ProcessMark(pid, start.toString()));
        }
        try {
            var stat = Files.readString(PROC.resolve(pid + "/stat"));
            // The name in parentheses may hold anything; what follows the last one is plain.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            boolean gone = fields[0].equals("Z") || fields[0].equals("X");
            return gone ? Optional.empty() : Optional.of(new ProcessMark(pid, fields[19] + "@" + boot()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String boot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).substring(0, 8);
    }

    boolean alive() {
        return of(pid).filter(this::equals).isPresent();
    }

    void terminate() {
        if (alive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    }

    void kill() {
        if (alive()) ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** SIGINT: PostgreSQL's word for stopping now and cleanly, where SIGTERM would wait for its clients. */
    void interrupt() {
        if (!alive()) return;
        try {
            new ProcessBuilder("kill", "-INT", Long.toString(pid))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            terminate();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
