package omnibus.chaos.agent;

import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;

/** {@code -javaagent:chaos-agent.jar=DIRECTORY}; and {@code java -jar chaos-agent.jar --list}, the catalogue. */
public final class ChaosAgent {
    private static final int USAGE = 2;

    private ChaosAgent() {}

    public static void premain(String directory, Instrumentation jvm) throws IOException {
        if (directory == null || directory.isBlank()) {
            throw new IllegalArgumentException(
                    "the chaos agent is told no directory: -javaagent:chaos-agent.jar=DIRECTORY");
        }
        var instance = instance();
        var faults = new FaultDirectory(Path.of(directory));
        var diary = faults.diaryOf(instance);
        Passages.keep(diary);
        var bus = new BusState(instance, faults.countsOf(instance));
        BusState.ofThisJvm = bus;
        jvm.addTransformer(new Weaver(diary));
        new Watch(faults, diary, bus).start();
    }

    private static String instance() {
        var named = System.getenv("OMNIBUS_INSTANCE");
        return named == null ? "jvm-" + ProcessHandle.current().pid() : named;
    }

    public static void main(String[] arguments) {
        if (arguments.length != 1 || !arguments[0].equals("--list")) {
            System.err.println("usage: java -jar chaos-agent.jar --list");
            System.exit(USAGE);
        }
        Failpoint.all().forEach(failpoint -> System.out.println(line(failpoint)));
    }

    private static String line(Failpoint failpoint) {
        var boundary = failpoint.boundary();
        return String.join(
                "\t", failpoint.name(), failpoint.service(), boundary.className() + "." + boundary.signature());
    }
}
