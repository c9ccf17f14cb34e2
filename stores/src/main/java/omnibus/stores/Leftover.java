package omnibus.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds a server that an earlier run left behind, by its pid file. A pid alone proves nothing, as the system gives it
 * again: the process must also be the right program, working in the right directory.
 */
final class Leftover {
    private Leftover() {}

    static Optional<ProcessHandle> find(Path pidFile, String program, Path directory) throws IOException {
        var content =
                Directories.read(pidFile).lines().findFirst().map(String::strip).orElse("");
        if (!content.matches("[1-9][0-9]{0,9}")) return Optional.empty();
        var process = ProcessHandle.of(Long.parseLong(content));
        return process.filter(handle -> is(handle, program, directory));
    }

    /** False for a zombie, too: it has no program any more. */
    static boolean is(ProcessHandle process, String program, Path directory) {
        var runs = process.info().command().map(Path::of).map(Path::getFileName);
        if (runs.isEmpty() || !runs.get().toString().startsWith(program)) return false;
        var workingDirectory = Path.of("/proc/" + process.pid() + "/cwd");
        try {
            return !Files.exists(Path.of("/proc/self"))
                    || Files.readSymbolicLink(workingDirectory).equals(directory.toRealPath());
        } catch (IOException goneOrForeign) {
            return false;
        }
    }
}
