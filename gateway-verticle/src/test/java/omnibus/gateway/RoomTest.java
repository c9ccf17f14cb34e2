package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(400);

    private static final class Client implements Room.Guest {
        private final String network;
        private boolean slow = true;
        private boolean cutOff;

        private Client(String network) {
            this.network = network;
        }

        @Override
        public String network() {
            return network;
        }

        @Override
        public boolean keepsUsWaiting() {
            return slow;
        }

        @Override
        public void cutOff() {
            cutOff = true;
        }
    }

    private Client holding(String network, int bytes) {
        var client = new Client(network);
        assertTrue(room.take(client, bytes));
        return client;
    }

    @Test
    void oneNetworkHasAQuarterAndMakesRoomForItselfOutOfThat() {
        var first = holding("a", 60);
        var other = holding("b", 60);
        var second = holding("a", 60);
        assertTrue(first.cutOff);
        assertFalse(other.cutOff || second.cutOff);
        assertEquals(120, room.used());
    }

    @Test
    void whereAllIsTakenTheOneThatKeepsUsWaitingForLongestGoes() {
        var first = holding("a", 100);
        var second = holding("b", 100);
        holding("c", 100);
        holding("d", 100);
        var late = holding("e", 50);
        assertTrue(first.cutOff);
        assertFalse(second.cutOff || late.cutOff);
        assertEquals(350, room.used());
    }

    @Test
    void whoWaitsForUsIsNotCutOff() {
        var first = holding("a", 60);
        first.slow = false;
        var second = holding("a", 40);
        second.slow = false;
        var third = new Client("a");
        assertFalse(room.take(third, 1), "neither of the two is late");
        assertFalse(first.cutOff || second.cutOff);
        second.slow = true;
        assertTrue(room.take(third, 40));
        assertTrue(second.cutOff);
    }

    @Test
    void nobodyIsCutOffForHisOwnSake() {
        var one = holding("a", 60);
        assertFalse(room.take(one, 60));
        assertFalse(one.cutOff);
        assertEquals(60, room.used());
    }

    @Test
    void nobodyIsCutOffForWhatCanNeverFit() {
        var other = holding("a", 60);
        assertFalse(room.take(new Client("a"), 101));
        assertFalse(other.cutOff);
    }

    @Test
    void anAnswerGoesOutWhateverItTakes() {
        room.takeAnyhow(new Client("a"), 1_000);
        assertEquals(1_000, room.used());
    }

    @Test
    void whoLeavesGivesBackAllHeHad() {
        var one = holding("a", 30);
        assertTrue(room.take(one, 40));
        room.leave(one);
        room.leave(one);
        assertEquals(0, room.used());
        assertFalse(holding("a", 100).cutOff);
    }
}
