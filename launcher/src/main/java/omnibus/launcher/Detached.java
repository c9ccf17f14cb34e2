package omnibus.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Starts a process that outlives this one and shares nothing with it: its own session, standard input from the null
 * device, output to a file, no other descriptor (the JDK closes them in the child), the home as working directory.
 */
final class Detached {
    private Detached() {}

    /**
     * @param environment laid over the present environment, from which everything of a shop has been taken out first
     * @return the mark of the process; its pid is that of the command itself
     */
    static ProcessMark start(List<String> command, Map<String, String> environment, Path directory, Path log) {
        var builder = new ProcessBuilder(inOwnSession(command))
                .directory(directory.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().keySet().removeIf(Detached::belongsToAShop);
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            return ProcessMark.of(process.pid()).orElseThrow(() -> diedAtOnce(command, log));
        } catch (IOException e) {
            throw Failure.environment(
                    "A process could not be started.",
                    command.get(0) + ": " + Home.reason(e),
                    "./omnibus doctor checks memory, disk and limits.");
        }
    }

    private static boolean belongsToAShop(String variable) {
        return variable.startsWith("OMNIBUS_") || variable.startsWith("ADMIN_");
    }

    /** setsid replaces itself by the command, so the pid stays; nohup does too and serves where there is no setsid. */
    private static List<String> inOwnSession(List<String> command) {
        var line = new ArrayList<String>();
        line.add(onPath("setsid") ? "setsid" : "nohup");
        line.addAll(command);
        return line;
    }

    /**
     * Gives way to whatever else wants the processors. Where Linux shares them out by session, being nice counts within the
     * session only; so it gets one of its own, with the lowest share (sched(7), "The autogroup feature").
     */
    static List<String> atLowestPriority(List<String> command) {
        var line = new ArrayList<String>();
        if (onPath("setsid")) {
            var lower = "echo 19 2>/dev/null >/proc/self/autogroup; exec \"$@\"";
            line.addAll(List.of("setsid", "sh", "-c", lower, "sh"));
        }
        line.addAll(List.of("nice", "-n", "19"));
        line.addAll(command);
        return line;
    }

    private static boolean onPath(String program) {
        var path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    private static Failure diedAtOnce(List<String> command, Path log) {
        return Failure.failed(
                "A process ended the moment it was started.",
                String.join("\n", LogFiles.tail(log, 20)),
                "Its whole log is " + log + "; the program was " + command.get(0) + ".");
    }
}
