package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
    private static final Home HOME = new Home(Path.of("/srv/shop"));

    @Test
    void aHomeFindsItsOwnPortsAgain() {
        assertEquals(Ports.choose(HOME, port -> true), Ports.choose(HOME, port -> true));
    }

    @Test
    void twoHomesGetDifferentPorts() {
        var other = new Home(Path.of("/srv/other"));
        assertNotEquals(Ports.choose(HOME, port -> true), Ports.choose(other, port -> true));
    }

    @Test
    void aBlockWithOneStrangerInItIsPassedOver() {
        var usual = Ports.choose(HOME, port -> true);
        var next = Ports.choose(HOME, port -> port != usual.cluster() + 23);
        assertNotEquals(usual.cluster(), next.cluster());
        assertTrue(IntStream.range(next.cluster(), next.cluster() + Ports.CLUSTER_WINDOW)
                .noneMatch(port -> port == usual.cluster() + 23));
    }

    @Test
    void noPortOfABlockHasTwoUses() {
        var ports = Ports.choose(HOME, port -> true);
        var uses = new HashSet<Integer>();
        IntStream.range(ports.cluster(), ports.cluster() + Ports.CLUSTER_WINDOW).forEach(uses::add);
        for (var store : Store.values()) assertTrue(uses.add(ports.of(store)));
        assertTrue(uses.add(ports.sandbox()));
        assertTrue(uses.add(ports.management(Set.of(), port -> true)));
    }

    @Test
    void managementPortsSkipWhatIsTakenOrBusy() {
        var ports = Ports.choose(HOME, port -> true);
        int first = ports.management(Set.of(), port -> true);
        assertEquals(first + 2, ports.management(Set.of(first), port -> port != first + 1));
    }

    @Test
    void portsLieBelowTheRangeOfOutgoingConnections() {
        for (int i = 0; i < 1_000; i++) {
            var ports = Ports.choose(new Home(Path.of("/srv/" + i)), port -> true);
            assertTrue(ports.cluster() >= 15_000 && ports.cluster() + 127 < 32_768, ports::toString);
        }
    }

    @Test
    void noFreeBlockIsToldAsAFaultOfTheMachine() {
        var failure = assertThrows(Failure.class, () -> Ports.choose(HOME, port -> false));
        assertEquals(3, failure.exitCode());
    }

    @Test
    void aListeningPortIsNotFreeAndItsHolderIsNamed() throws IOException {
        try (var holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFalse(Ports.freeOnLoopback(holder.getLocalPort()));
            assertEquals(
                    ProcessHandle.current().pid(),
                    PortOwner.pid(holder.getLocalPort()).orElseThrow());
        }
    }
}
