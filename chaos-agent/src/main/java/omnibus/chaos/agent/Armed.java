package omnibus.chaos.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/** An arming as one JVM sees it: how often its failpoint was passed here since. */
final class Armed {
    private final Path file;
    private final Arming arming;
    private final AtomicInteger passages = new AtomicInteger();
    private volatile boolean claimed;

    Armed(Path file, Arming arming) {
        this.file = file;
        this.arming = arming;
    }

    Arming arming() {
        return arming;
    }

    boolean isAt(Failpoint.Moment moment, Object[] arguments) {
        var failpoint = arming.failpoint();
        return failpoint.moment() == moment
                && failpoint.boundary().variant().map(it -> it.isOf(arguments)).orElse(true)
                && arming.order().map(id -> concerns(id.toString(), arguments)).orElse(true);
    }

    /** True when this passage is the one to act at. */
    boolean isDue() {
        var passed = passages.incrementAndGet();
        return arming.action() == Arming.Action.HALT ? passed == arming.passage() : passed >= arming.passage();
    }

    /** Of all JVMs, one succeeds: a file can be renamed once. */
    boolean claim() {
        claimed = true;
        try {
            Files.move(file, FaultDirectory.done(file), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException claimedOrDisarmed) {
            claimed = false;
            return false;
        }
    }

    /** This JVM is about to halt. */
    boolean isClaimed() {
        return claimed;
    }

    /** An order is known by its id wherever it is: in records by their text, in a call by its body. */
    private static boolean concerns(String orderId, Object[] arguments) {
        return Arrays.stream(arguments).anyMatch(it -> text(it).contains(orderId));
    }

    private static String text(Object argument) {
        if (argument == null || !argument.getClass().getName().equals("omnibus.platform.call.Call")) {
            return String.valueOf(argument);
        }
        try {
            return String.valueOf(argument.getClass().getMethod("bytes").invoke(argument));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a call has no bytes() any more", e);
        }
    }
}
