package omnibus.gateway;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import omnibus.platform.IpAddress;
import omnibus.platform.Settings;

/**
 * Whose word on a client's address counts. Behind a proxy each connection comes from the proxy, which writes the address it
 * saw at the end of {@code X-Forwarded-For}. What stands there is read from the right, as far as trusted proxies wrote it;
 * the first address that is none of theirs is the client. Everything further left the client may have made up.
 */
record TrustedProxies(List<TrustedProxies.Network> networks) {
    private static final String SETTING = "OMNIBUS_TRUSTED_PROXIES";

    /** An address and how many of its leading bits count. */
    private record Network(byte[] address, int bits) {
        boolean contains(byte[] other) {
            if (other.length != address.length) return false;
            for (var bit = 0; bit < bits; bit++) {
                var mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) return false;
            }
            return true;
        }
    }

    static TrustedProxies from(Settings settings) {
        var networks = new ArrayList<Network>();
        for (var text : settings.text(SETTING, "").split(",")) {
            if (text.isBlank()) continue;
            var network = network(text.strip());
            if (network == null) settings.fault(SETTING, "names " + text.strip() + ", which is no address or network");
            else networks.add(network);
        }
        return new TrustedProxies(networks);
    }

    private static Network network(String text) {
        var slash = text.indexOf('/');
        var address = IpAddress.bytes(slash < 0 ? text : text.substring(0, slash));
        if (address == null) return null;
        if (slash < 0) return new Network(address, address.length * 8);
        var bits = text.substring(slash + 1);
        if (!bits.matches("[0-9]{1,3}") || Integer.parseInt(bits) > address.length * 8) return null;
        return new Network(address, Integer.parseInt(bits));
    }

    /** Does this address belong to a proxy, which connects for many? */
    boolean isOneOfOurs(String peer) {
        return !networks.isEmpty() && trusts(peer);
    }

    private boolean trusts(String address) {
        var bytes = IpAddress.bytes(address);
        return bytes != null && networks.stream().anyMatch(network -> network.contains(bytes));
    }

    /** Some proxies write the client's port along: {@code 192.0.2.1:5134}, {@code [2001:db8::1]:443}. */
    private static String withoutPort(String hop) {
        if (hop.startsWith("[") && hop.indexOf(']') > 0) return hop.substring(1, hop.indexOf(']'));
        var colon = hop.indexOf(':');
        return colon > 0 && colon == hop.lastIndexOf(':') ? hop.substring(0, colon) : hop;
    }

    /** The client's address: the peer's own, unless the peer is a proxy of ours. */
    String clientOf(String peer, List<String> forwardedFor) {
        if (!isOneOfOurs(peer)) return peer;
        var hops = forwardedFor.stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(hop -> withoutPort(hop.strip()))
                .toList();
        var client = peer;
        for (var i = hops.size() - 1; i >= 0 && trusts(client); i--) {
            if (IpAddress.bytes(hops.get(i)) == null) break;
            client = hops.get(i);
        }
        return client;
    }
}
