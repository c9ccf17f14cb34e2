package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.stream.IntStream;
import omnibus.platform.Ids;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Operation;
import org.junit.jupiter.api.Test;

class LimitsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Contract WISHLIST = Contract.load("wishlist");
    private static final Operation READ = WISHLIST.operations().get("wishlist.getWishlist");
    private static final Operation WRITE = WISHLIST.operations().get("wishlist.createWishlist");
    private final Limits limits = new Limits(null, 200, 50);

    @Test
    void twoHundredReadsASecondPassAndTheNextDoesNot() {
        assertEquals(200, admittedReads("10.0.0.1", 300, 0));
        assertEquals(100, admittedReads("10.0.0.1", 300, SECOND / 2));
        assertEquals(200, admittedReads("10.0.0.1", 300, 10 * SECOND));
    }

    @Test
    void overALongTimeTheRateHolds() {
        var admitted = IntStream.range(0, 60_000)
                .filter(i -> read("10.0.0.1", i * (60 * SECOND / 60_000)).admitted())
                .count();
        assertTrue(admitted >= 60 * 200 && admitted <= 61 * 200, "admitted " + admitted);
    }

    @Test
    void oneClientsCallsDoNotCountForAnother() {
        admittedReads("10.0.0.1", 300, 0);
        assertTrue(read("10.0.0.2", 0).admitted());
    }

    @Test
    void writesCountPerUserWhateverTheAddress() {
        var user = new Identity(Ids.next(), Set.of(), "s");
        for (var i = 0; i < 50; i++) assertTrue(write(user, "10.0.0." + i).admitted());
        assertFalse(write(user, "10.0.1.1").admitted());
        assertTrue(write(new Identity(Ids.next(), Set.of(), "s"), "10.0.1.1").admitted());
    }

    @Test
    void manyUsersOfOneAddressTogetherWriteFourTimesAsMuchAsOne() {
        var admitted = IntStream.range(0, 400)
                .filter(i -> write(new Identity(Ids.next(), Set.of(), "s"), "10.0.0.1")
                        .admitted())
                .count();
        assertEquals(200, admitted);
        assertTrue(write(new Identity(Ids.next(), Set.of(), "s"), "10.0.0.2").admitted());
    }

    @Test
    void writesOfWhoIsNotSignedInCountPerAddressAndApartFromReads() {
        admittedReads("10.0.0.1", 300, 0);
        assertTrue(write(Identity.anonymous(), "10.0.0.1").admitted());
    }

    @Test
    void aRefusalTellsWhenToComeBack() {
        var slow = new Limits(null, 1, 1);
        slow.count(READ, Identity.anonymous(), "10.0.0.1", 0).result();
        var standing = slow.count(READ, Identity.anonymous(), "10.0.0.1", 0).result();
        assertEquals("1", standing.refusal().headers().get("Retry-After"));
        assertEquals("\"browse\";q=1;w=1", standing.policy());
        assertEquals("\"browse\";r=0;t=1", standing.remaining());
    }

    @Test
    void allAddressesOfOneIpv6NetworkAreOneClient() {
        admittedReads("2001:db8:0:7::1", 300, 0);
        assertFalse(read("2001:db8:0:7::2", 0).admitted());
        assertTrue(read("2001:db8:0:8::1", 0).admitted());
    }

    private Limits.Standing read(String address, long now) {
        return limits.count(READ, Identity.anonymous(), address, now).result();
    }

    private Limits.Standing write(Identity caller, String address) {
        return limits.count(WRITE, caller, address, 0).result();
    }

    private long admittedReads(String address, int calls, long now) {
        return IntStream.range(0, calls)
                .filter(i -> read(address, now).admitted())
                .count();
    }
}
