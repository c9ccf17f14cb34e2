package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.IntStream;
import omnibus.platform.Ids;
import omnibus.platform.call.Identity;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private final Limits limits = new Limits(200, 50);

    @Test
    void twoHundredReadsASecondPassAndTheNextDoesNot() {
        assertEquals(200, admittedReads("10.0.0.1", 300, 0));
        assertEquals(100, admittedReads("10.0.0.1", 300, SECOND / 2));
        assertEquals(200, admittedReads("10.0.0.1", 300, 10 * SECOND));
    }

    @Test
    void overALongTimeTheRateHolds() {
        var admitted = IntStream.range(0, 60_000)
                .filter(i -> limits.read("10.0.0.1", i * (60 * SECOND / 60_000)).admitted())
                .count();
        assertTrue(admitted >= 60 * 200 && admitted <= 61 * 200, "admitted " + admitted);
    }

    @Test
    void oneClientsCallsDoNotCountForAnother() {
        admittedReads("10.0.0.1", 300, 0);
        assertTrue(limits.read("10.0.0.2", 0).admitted());
    }

    @Test
    void writesCountPerUserWhateverTheAddress() {
        var user = new Identity(Ids.next(), Set.of(), "s");
        for (var i = 0; i < 50; i++)
            assertTrue(limits.write(user, "10.0.0." + i, 0).admitted());
        assertFalse(limits.write(user, "10.0.1.1", 0).admitted());
        assertTrue(limits.write(new Identity(Ids.next(), Set.of(), "s"), "10.0.1.1", 0)
                .admitted());
    }

    @Test
    void writesOfWhoIsNotSignedInCountPerAddressAndApartFromReads() {
        admittedReads("10.0.0.1", 300, 0);
        assertTrue(limits.write(Identity.anonymous(), "10.0.0.1", 0).admitted());
    }

    @Test
    void aRefusalTellsWhenToComeBack() {
        var slow = new Limits(1, 1);
        slow.read("10.0.0.1", 0);
        var standing = slow.read("10.0.0.1", 0);
        assertEquals("1", standing.refusal().headers().get("Retry-After"));
        assertEquals("\"browse\";q=1;w=1", standing.policy());
        assertEquals("\"browse\";r=0;t=1", standing.remaining());
    }

    @Test
    void allAddressesOfOneIpv6NetworkAreOneClient() {
        assertEquals("2001:db8:0:7::/64", Limits.network("2001:db8:0:7:1:2:3:4"));
        assertEquals("0:0:0:0::/64", Limits.network("0:0:0:0:0:0:0:1"));
        assertEquals("192.0.2.7", Limits.network("192.0.2.7"));
        assertEquals("::1", Limits.network("::1"));
    }

    private long admittedReads(String address, int calls, long now) {
        return IntStream.range(0, calls)
                .filter(i -> limits.read(address, now).admitted())
                .count();
    }
}
