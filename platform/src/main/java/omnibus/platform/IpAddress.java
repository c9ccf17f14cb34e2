package omnibus.platform;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** Addresses as text, as they stand in headers and as connections tell them. */
public final class IpAddress {
    private static final int IPV4_BYTES = 4;
    private static final byte IPV4_LOOPBACK = 127;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_BYTES = 12;

    private static final int IPV6_CLIENT_BYTES = 8;
    private static final int IPV4_COARSE_BYTES = 3;
    private static final int IPV6_COARSE_BYTES = 6;

    private IpAddress() {}

    /**
     * Its 4 or 16 bytes, or null for what is no address. An IPv4 address that is written as one of IPv6 (RFC 4291, section
     * 2.5.5.2) is one of IPv4.
     */
    public static byte[] bytes(String text) {
        var bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes != null && isMapped(bytes) ? Arrays.copyOfRange(bytes, MAPPED_BYTES, IPV6_BYTES) : bytes;
    }

    /** Is it this machine's own, which only it can use (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3)? */
    public static boolean isLoopback(String text) {
        var bytes = bytes(text);
        if (bytes == null) return false;
        if (bytes.length == IPV4_BYTES) return bytes[0] == IPV4_LOOPBACK;
        for (var i = 0; i < IPV6_BYTES - 1; i++) if (bytes[i] != 0) return false;
        return bytes[IPV6_BYTES - 1] == 1;
    }

    /**
     * What one client has to itself, written in one way: an IPv4 address, or an IPv6 network of 64 bits, which each customer
     * of a provider has at least (RFC 6177). What is no address stands for itself.
     */
    public static String clientNetwork(String text) {
        var bytes = bytes(text);
        if (bytes == null) return text;
        return bytes.length == IPV4_BYTES ? NetUtil.bytesToIpAddress(bytes) : network(bytes, IPV6_CLIENT_BYTES);
    }

    /** Too short a part to tell one household from the next: 24 bits of IPv4, 48 of IPv6. Empty for what is no address. */
    public static Optional<String> coarseNetwork(String text) {
        return Optional.ofNullable(bytes(text))
                .map(bytes -> network(bytes, bytes.length == IPV4_BYTES ? IPV4_COARSE_BYTES : IPV6_COARSE_BYTES));
    }

    private static String network(byte[] address, int keptBytes) {
        try {
            var network = InetAddress.getByAddress(Arrays.copyOf(Arrays.copyOf(address, keptBytes), address.length));
            return network.getHostAddress() + "/" + keptBytes * Byte.SIZE;
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != IPV6_BYTES || bytes[10] != -1 || bytes[11] != -1) return false;
        for (var i = 0; i < 10; i++) if (bytes[i] != 0) return false;
        return true;
    }
}
