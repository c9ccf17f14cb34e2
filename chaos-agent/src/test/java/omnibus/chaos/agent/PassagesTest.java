package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassagesTest {
    private static final Failpoint BEFORE = new Failpoint(Boundary.ORDER_PLACE, Failpoint.Moment.BEFORE);
    private static final Failpoint AFTER = new Failpoint(Boundary.ORDER_PLACE, Failpoint.Moment.AFTER);

    /** Stands for the death of the JVM: nothing after it is seen. */
    private static final class Halted extends Error {
        private static final long serialVersionUID = 1;
    }

    @TempDir
    Path temp;

    private FaultDirectory directory;
    private Watch watch;
    private Class<?> shop;

    @BeforeEach
    void start() throws Exception {
        directory = new FaultDirectory(temp.resolve("faults"));
        var diary = directory.diaryOf("order-1");
        watch = new Watch(directory, diary, new BusState("order-1", directory.countsOf("order-1")));
        Passages.keep(diary);
        Passages.haltBy(() -> {
            throw new Halted();
        });
        shop = TinyShop.woven(TinyShop.compiled(temp.resolve("classes")), diary);
    }

    @AfterEach
    void disarm() throws Exception {
        directory.heal();
        watch.look();
    }

    private String place(String... orders) throws Exception {
        try {
            return (String) shop.getMethod("placeAll", List.class).invoke(null, List.of(orders));
        } catch (java.lang.reflect.InvocationTargetException e) {
            if (e.getCause() instanceof Halted) return "halted";
            throw e;
        }
    }

    private Path arm(Arming arming) throws Exception {
        var file = directory.arm(arming);
        watch.look();
        return file;
    }

    private List<String> diary(String what) throws Exception {
        return directory.diary().stream()
                .filter(deed -> deed.what().equals(what))
                .map(Deed::subject)
                .toList();
    }

    @Test
    void wovenCodeDoesWhatItDidWhileNothingIsArmed() throws Exception {
        assertEquals("a b", place("a", "fails", "b"));
        assertEquals(List.of(TinyShop.MAIN), diary("woven"));
    }

    @Test
    void aHaltStrikesAtTheNthPassageAndOnlyOnce() throws Exception {
        var file = arm(Arming.halt(BEFORE, 3));

        assertEquals("a b", place("a", "b"));
        assertFalse(FaultDirectory.isDone(file));
        assertEquals("halted", place("c"));
        assertTrue(FaultDirectory.isDone(file));
        assertEquals(List.of(BEFORE.name()), diary("halted"));

        watch.look();
        assertEquals("d e f", place("d", "e", "f"));
    }

    @Test
    void whoComesSecondToAHaltLivesOn() throws Exception {
        var file = arm(Arming.halt(BEFORE, 1));
        assertTrue(directory.disarm(file), "somebody was faster");

        assertEquals("a", place("a"));
        assertEquals(List.of(), diary("halted"));
    }

    @Test
    void afterMeansThatTheFutureHasSucceeded() throws Exception {
        arm(Arming.halt(AFTER, 1));

        assertEquals("", place("fails", "fails"));
        assertEquals("halted", place("a"));
        assertEquals(List.of(AFTER.name()), diary("halted"));
    }

    @Test
    void aPoisonOrderFailsEachTimeAndNoOtherDoes() throws Exception {
        var poisoned = UUID.randomUUID().toString();
        var file = arm(Arming.poison(BEFORE, UUID.fromString(poisoned)));

        assertEquals("a threw b threw", place("a", poisoned, "b", poisoned));

        directory.disarm(file);
        watch.look();
        assertEquals(poisoned, place(poisoned));
        assertEquals(List.of(BEFORE.name()), diary("disarmed"));
    }

    @Test
    void aHaltCanWaitForOneOrder() throws Exception {
        var awaited = UUID.randomUUID();
        arm(new Arming(BEFORE, Arming.Action.HALT, 1, Optional.of(awaited)));

        assertEquals("a b", place("a", "b"));
        assertEquals("halted", place(awaited.toString()));
    }

    @Test
    void anArmingThatMakesNoSenseIsRefusedOnceAndByName() throws Exception {
        Files.writeString(directory.path().resolve("wrong.arm"), "failpoint=order.place.sideways\n");
        Files.writeString(directory.path().resolve("late.arm"), "failpoint=order.place.after\naction=throw\n");
        watch.look();
        watch.look();

        assertEquals(List.of("late.arm", "wrong.arm"), diary("refused"));
        assertEquals("a", place("a"));
    }

    @Test
    void theDiaryTellsOfAnArmingOnceItHolds() throws Exception {
        arm(Arming.halt(BEFORE, 7));
        assertEquals(List.of(BEFORE.name()), diary("armed"));
        var deed = directory.diary().get(directory.diary().size() - 1);
        assertEquals("order-1", deed.instance());
        assertEquals(ProcessHandle.current().pid(), deed.pid());
    }
}
