package omnibus.stores;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL refuses to run as root. A user namespace of its own ({@code unshare -U}) makes root look like nobody to it
 * while its files stay root's; where containers forbid that, it runs as the user nobody, who is given the files.
 */
final class Unprivileged {
    private static final List<String> NAMESPACE = List.of("unshare", "-U");
    private static final List<String> NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--inh-caps=-all");

    private final List<String> prefix;

    private Unprivileged(List<String> prefix) {
        this.prefix = prefix;
    }

    static Unprivileged user() throws IOException, InterruptedException {
        if (!isRoot()) return new Unprivileged(List.of());
        if (works(NAMESPACE)) return new Unprivileged(NAMESPACE);
        if (works(NOBODY)) return new Unprivileged(NOBODY);
        throw new StoreException("PostgreSQL does not run as root, and neither \"unshare -U\" nor \"setpriv\" (package"
                + " util-linux) works here to run it as somebody else. Run as an ordinary user, or give the URL of a"
                + " PostgreSQL server in OMNIBUS_POSTGRES_URL.");
    }

    List<String> command(Path executable, String... arguments) {
        var command = new ArrayList<>(prefix);
        command.add(executable.toString());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Hands a directory and what is in it to the user that the server runs as. */
    void own(Path directory) throws IOException, InterruptedException {
        if (prefix != NOBODY) return;
        var process = new ProcessBuilder("chown", "-R", "65534:65534", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) throw new StoreException("Cannot give " + directory + " to the user nobody");
    }

    private static boolean isRoot() throws IOException {
        var self = Path.of("/proc/self");
        if (Files.exists(self))
            return Integer.valueOf(0).equals(Files.getAttribute(self, "unix:uid", LinkOption.NOFOLLOW_LINKS));
        return "root".equals(System.getProperty("user.name"));
    }

    private static boolean works(List<String> prefix) throws InterruptedException {
        try {
            var command = new ArrayList<>(prefix);
            command.addAll(List.of("sh", "-c", "test \"$(id -u)\" != 0"));
            var process = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException notInstalled) {
            return false;
        }
    }
}
