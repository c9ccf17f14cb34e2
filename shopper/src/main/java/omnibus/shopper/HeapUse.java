package omnibus.shopper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** What of its heap a JVM of this machine has in use after a collection, by the {@code jcmd} of this JDK. */
public final class HeapUse {
    private static final Pattern USED = Pattern.compile("generation +total \\d+K, used (\\d+)K");

    private HeapUse() {}

    /** In KiB. Throws where the process is none of ours, or collects its garbage in another way than the shop's do. */
    public static long kib(long pid) throws IOException {
        jcmd(pid, "GC.run");
        var info = USED.matcher(jcmd(pid, "GC.heap_info"));
        var used = 0L;
        while (info.find()) used += Long.parseLong(info.group(1));
        if (used == 0) throw new IllegalStateException("the heap of process " + pid + " cannot be read with jcmd");
        return used;
    }

    private static String jcmd(long pid, String command) throws IOException {
        var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        var process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command)
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
