package omnibus.chaos.agent;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where woven code comes by. While nothing is armed a passage costs one look at a field. */
public final class Passages {
    /** As if by kill -9. */
    static final int KILLED = 137;

    private static volatile Map<String, List<Armed>> armed = Map.of();
    private static volatile Diary diary = Diary.NONE;
    private static volatile Runnable halt = () -> Runtime.getRuntime().halt(KILLED);

    private Passages() {}

    /** What a failpoint throws; to its callers, a bug of the service like any other. */
    static final class Planted extends RuntimeException {
        private static final long serialVersionUID = 1;

        Planted(Failpoint failpoint) {
            super("planted at " + failpoint.name());
        }
    }

    static void keep(Diary inUse) {
        diary = inUse;
    }

    /** For tests, which want to live on. */
    static void haltBy(Runnable action) {
        halt = action;
    }

    static void arm(Collection<Armed> all) {
        Map<String, List<Armed>> byMethod = new HashMap<>();
        for (var one : all) {
            byMethod.computeIfAbsent(one.arming().failpoint().boundary().method(), method -> new ArrayList<>())
                    .add(one);
        }
        armed = byMethod;
    }

    /** Called at the entry of a woven method. */
    public static void before(String method, Object[] arguments) {
        if (!armed.isEmpty()) passed(Failpoint.Moment.BEFORE, method, arguments);
    }

    /** Called at the regular end of a woven method, whose future is the first to tell us. */
    public static void after(String method, Object[] arguments, Object returned) {
        if (armed.containsKey(method) && returned instanceof Future<?> future) {
            future.onSuccess(done -> passed(Failpoint.Moment.AFTER, method, arguments));
        }
    }

    private static void passed(Failpoint.Moment moment, String method, Object[] arguments) {
        for (var one : armed.getOrDefault(method, List.of())) {
            if (one.isAt(moment, arguments) && one.isDue()) act(one);
        }
    }

    private static void act(Armed one) {
        var failpoint = one.arming().failpoint();
        if (one.arming().action() == Arming.Action.THROW) {
            diary.write(
                    "threw",
                    failpoint.name(),
                    one.arming().order().map(Object::toString).orElse(""));
            throw new Planted(failpoint);
        }
        if (!one.claim()) return;
        diary.write("halted", failpoint.name(), "passage " + one.arming().passage());
        halt.run();
    }
}
