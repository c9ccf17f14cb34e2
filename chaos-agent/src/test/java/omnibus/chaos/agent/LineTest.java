package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineTest {
    private final Line line = new Line();
    private final List<Integer> passed = new ArrayList<>();

    /** As woven code does: what waits comes by again. */
    private void send(int number) {
        if (!line.holds(() -> send(number))) passed.add(number);
    }

    @Test
    void everythingPassesWhileItIsWhole() {
        send(1);
        assertEquals(List.of(1), passed);
        assertFalse(line.isBusy());
    }

    @Test
    void whatWasHeldComesLateAndInItsOrder() {
        line.cut();
        IntStream.range(0, 5).forEach(this::send);
        assertEquals(List.of(), passed);
        assertTrue(line.isBusy());

        line.join();
        send(5);
        assertEquals(List.of(0, 1, 2, 3, 4, 5), passed);
        assertFalse(line.isBusy());
    }

    @Test
    void nothingOvertakesWhatStillWaits() throws Exception {
        line.cut();
        line.holds(() -> inAnotherThread(() -> send(2)));
        send(1);
        line.join();
        assertEquals(List.of(1, 2), passed);
    }

    private static void inAnotherThread(Runnable act) {
        var thread = new Thread(act);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatFailsLateDoesNotKeepTheRestBack() {
        line.cut();
        line.holds(() -> {
            throw new IllegalStateException("closed meanwhile");
        });
        send(1);
        line.join();
        assertEquals(List.of(1), passed);
    }
}
