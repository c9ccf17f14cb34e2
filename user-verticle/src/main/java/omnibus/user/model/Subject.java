package omnibus.user.model;

import java.util.UUID;
import omnibus.platform.IpAddress;

/** Whom failures are counted against. Only a hash is kept: neither e-mails nor addresses are stored for it. */
public record Subject(String key) {
    public static Subject ofEmail(String normalisedEmail) {
        return new Subject(Hashes.of("e-mail " + normalisedEmail));
    }

    /** A client address. One customer of an IPv6 provider has 2^64 addresses: their common network counts. */
    public static Subject ofAddress(String address) {
        return new Subject(Hashes.of("address " + IpAddress.clientNetwork(address)));
    }

    /** Guesses of the present password by somebody who is signed in. */
    public static Subject ofPasswordChange(UUID userId) {
        return new Subject(Hashes.of("password " + userId));
    }
}
