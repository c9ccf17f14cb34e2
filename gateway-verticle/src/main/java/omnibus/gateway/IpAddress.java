package omnibus.gateway;

import io.netty.util.NetUtil;
import java.util.Arrays;

/** Addresses as text, as they stand in headers and as connections tell them. */
final class IpAddress {
    private static final int IPV4_BYTES = 4;
    private static final byte IPV4_LOOPBACK = 127;
    private static final int IPV6_BYTES = 16;
    private static final int MAPPED_BYTES = 12;

    private IpAddress() {}

    /**
     * Its 4 or 16 bytes, or null for what is no address. An IPv4 address that is written as one of IPv6 (RFC 4291, section
     * 2.5.5.2) is one of IPv4.
     */
    static byte[] bytes(String text) {
        var bytes = NetUtil.createByteArrayFromIpAddressString(text);
        return bytes != null && isMapped(bytes) ? Arrays.copyOfRange(bytes, MAPPED_BYTES, IPV6_BYTES) : bytes;
    }

    /** Is it this machine's own, which only it can use (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3)? */
    static boolean isLoopback(String text) {
        var bytes = bytes(text);
        if (bytes == null) return false;
        if (bytes.length == IPV4_BYTES) return bytes[0] == IPV4_LOOPBACK;
        for (var i = 0; i < IPV6_BYTES - 1; i++) if (bytes[i] != 0) return false;
        return bytes[IPV6_BYTES - 1] == 1;
    }

    private static boolean isMapped(byte[] bytes) {
        if (bytes.length != IPV6_BYTES || bytes[10] != -1 || bytes[11] != -1) return false;
        for (var i = 0; i < 10; i++) if (bytes[i] != 0) return false;
        return true;
    }
}
