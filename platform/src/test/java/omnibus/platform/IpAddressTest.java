package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class IpAddressTest {
    @Test
    void anIpv4AddressWrittenAsIpv6IsOneOfIpv4() {
        assertArrayEquals(new byte[] {10, 0, 0, 7}, IpAddress.bytes("::ffff:10.0.0.7"));
        assertArrayEquals(IpAddress.bytes("10.0.0.7"), IpAddress.bytes("0:0:0:0:0:ffff:a00:7"));
    }

    @Test
    void whatIsNoAddressHasNoBytes() {
        assertNull(IpAddress.bytes("shop.example"));
        assertNull(IpAddress.bytes(""));
    }

    @Test
    void loopbackIsThisMachinesOwnHoweverItIsWritten() {
        for (var own : List.of("127.0.0.1", "127.3.2.1", "::1", "0:0:0:0:0:0:0:1", "::ffff:127.0.0.1")) {
            assertTrue(IpAddress.isLoopback(own), own);
        }
        for (var other : List.of("10.0.0.1", "128.0.0.1", "::2", "::", "1::1", "2001:db8::1", "127.example")) {
            assertFalse(IpAddress.isLoopback(other), other);
        }
    }

    @Test
    void aClientIsOneIpv4AddressOrANetworkOfIpv6HoweverItIsWritten() {
        var network = IpAddress.clientNetwork("2001:db8:0:7:1:2:3:4");
        assertEquals(network, IpAddress.clientNetwork("2001:db8:0:7::1"));
        assertEquals(network, IpAddress.clientNetwork("2001:0db8:0000:0007:ffff::"));
        assertNotEquals(network, IpAddress.clientNetwork("2001:db8:0:8::1"));
        assertEquals("192.0.2.7", IpAddress.clientNetwork("192.0.2.7"));
        assertEquals("192.0.2.7", IpAddress.clientNetwork("::ffff:192.0.2.7"));
        assertEquals("unknown", IpAddress.clientNetwork("unknown"));
    }

    @Test
    void aCoarseNetworkIsThatOfManyHouseholds() {
        assertEquals("192.0.2.0/24", IpAddress.coarseNetwork("192.0.2.7").orElseThrow());
        assertEquals("192.0.2.0/24", IpAddress.coarseNetwork("::ffff:192.0.2.7").orElseThrow());
        assertEquals(IpAddress.coarseNetwork("2001:db8:1:2::1"), IpAddress.coarseNetwork("2001:db8:1:ffff:1:2:3:4"));
        assertNotEquals(IpAddress.coarseNetwork("2001:db8:1::1"), IpAddress.coarseNetwork("2001:db8:2::1"));
        assertTrue(IpAddress.coarseNetwork("unknown").isEmpty());
    }
}
