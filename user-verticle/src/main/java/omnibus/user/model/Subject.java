package omnibus.user.model;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;

/** Whom failures are counted against. Only a hash is kept: neither e-mails nor addresses are stored for it. */
public record Subject(String key) {
    private static final int NETWORK_BYTES = 8;

    public static Subject ofEmail(String normalisedEmail) {
        return new Subject(Hashes.of("e-mail " + normalisedEmail));
    }

    /** A client address. One customer of an IPv6 provider has 2^64 addresses: their common network counts. */
    public static Subject ofAddress(String address) {
        return new Subject(Hashes.of("address " + network(address)));
    }

    /** Guesses of the present password by somebody who is signed in. */
    public static Subject ofPasswordChange(UUID userId) {
        return new Subject(Hashes.of("password " + userId));
    }

    private static String network(String address) {
        if (address.indexOf(':') < 0) return address;
        try {
            // With a colon in it the text is a literal, or refused: no name is ever looked up.
            if (!(InetAddress.getByName(address) instanceof Inet6Address ipv6)) return address;
            return HexFormat.of().formatHex(Arrays.copyOf(ipv6.getAddress(), NETWORK_BYTES));
        } catch (UnknownHostException malformed) {
            return address;
        }
    }
}
