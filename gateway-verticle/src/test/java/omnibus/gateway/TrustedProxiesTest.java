package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import omnibus.platform.Settings;
import org.junit.jupiter.api.Test;

class TrustedProxiesTest {
    private final TrustedProxies proxies = proxies("10.0.0.0/8, 192.0.2.7, 2001:db8::/32");

    private static TrustedProxies proxies(String setting) {
        var settings = Settings.of(Map.of("OMNIBUS_TRUSTED_PROXIES", setting));
        var proxies = TrustedProxies.from(settings);
        settings.check();
        return proxies;
    }

    @Test
    void aClientThatComesDirectlyIsWhoItIsWhateverItSays() {
        assertEquals("198.51.100.1", proxies.clientOf("198.51.100.1", List.of("203.0.113.9")));
        assertEquals("198.51.100.1", proxies("").clientOf("198.51.100.1", List.of("203.0.113.9")));
    }

    @Test
    void whatAProxyOfOursSawCounts() {
        assertEquals("203.0.113.9", proxies.clientOf("10.1.2.3", List.of("203.0.113.9")));
        assertEquals("2001:db9::5", proxies.clientOf("2001:db8::1", List.of("2001:db9::5")));
    }

    @Test
    void whatTheClientMadeUpStandsFurtherLeftAndIsNotRead() {
        assertEquals("203.0.113.9", proxies.clientOf("10.1.2.3", List.of("1.2.3.4, 10.9.9.9, 203.0.113.9")));
    }

    @Test
    void severalProxiesOfOursAreSeenThrough() {
        assertEquals(
                "203.0.113.9", proxies.clientOf("192.0.2.7", List.of("1.2.3.4", "203.0.113.9, 10.0.0.1", "10.0.0.2")));
    }

    @Test
    void aPortThatAProxyWritesAlongIsLeftOut() {
        assertEquals("203.0.113.9", proxies.clientOf("10.1.2.3", List.of("203.0.113.9:51344")));
        assertEquals("2001:db9::5", proxies.clientOf("10.1.2.3", List.of("[2001:db9::5]:443")));
    }

    @Test
    void whatIsNoAddressEndsTheReading() {
        assertEquals("10.1.2.3", proxies.clientOf("10.1.2.3", List.of("unknown")));
        assertEquals("10.0.0.1", proxies.clientOf("10.1.2.3", List.of("203.0.113.9, rubbish, 10.0.0.1")));
        assertEquals("10.1.2.3", proxies.clientOf("10.1.2.3", List.of()));
    }

    @Test
    void whatIsNoNetworkIsAFault() {
        for (var wrong : List.of("proxy.example", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/x")) {
            assertThrows(Settings.Invalid.class, () -> proxies(wrong), wrong);
        }
    }
}
