package omnibus.user.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectTest {
    @Test
    void addressesOfOneIpv6NetworkAreOneSubject() {
        assertEquals(Subject.ofAddress("2001:db8:1:2::1"), Subject.ofAddress("2001:db8:1:2:ffff::9"));
        assertNotEquals(Subject.ofAddress("2001:db8:1:2::1"), Subject.ofAddress("2001:db8:1:3::1"));
    }

    @Test
    void everyIpv4AddressIsASubjectOfItsOwn() {
        assertEquals(Subject.ofAddress("192.0.2.1"), Subject.ofAddress("192.0.2.1"));
        assertNotEquals(Subject.ofAddress("192.0.2.1"), Subject.ofAddress("192.0.2.2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", ":::", "2001:db8::zz", "::ffff:192.0.2.1"})
    void anyTextIsSomeSubject(String address) {
        assertEquals(Subject.ofAddress(address), Subject.ofAddress(address));
    }

    @Test
    void kindsOfSubjectsDoNotMix() {
        var id = new UUID(1, 1);
        assertNotEquals(Subject.ofEmail(id.toString()), Subject.ofPasswordChange(id));
        assertFalse(Subject.ofEmail("ada@example.com").key().contains("ada"));
    }
}
