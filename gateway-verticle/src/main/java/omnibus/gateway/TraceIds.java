package omnibus.gateway;

import java.util.concurrent.ThreadLocalRandom;

/** Ids that tie together everything done for one request: W3C trace context and request ids. */
final class TraceIds {
    private static final char[] HEX = "0123456789abcdef".toCharArray();
    private static final int TRACE_END = 35;
    private static final int PARENT_END = 52;
    private static final int LENGTH = 55;

    private TraceIds() {}

    /** A new random id of 32 hexadecimal digits: a trace id and, for a request without a trace, its request id. */
    static String next() {
        var random = ThreadLocalRandom.current();
        var digits = new char[32];
        hex(random.nextLong() | 1, digits, 0);
        hex(random.nextLong(), digits, 16);
        return new String(digits);
    }

    /** The first traceparent of a trace that begins here. */
    static String traceparent(String traceId) {
        var parent = new char[16];
        hex(ThreadLocalRandom.current().nextLong() | 1, parent, 0);
        return "00-" + traceId + '-' + new String(parent) + "-01";
    }

    static String traceIdOf(String traceparent) {
        return traceparent.substring(3, TRACE_END);
    }

    /** Is it a version 00 traceparent (W3C Trace Context, section 3.2)? Anything else starts a new trace. */
    static boolean isTraceparent(String text) {
        return text != null
                && text.length() == LENGTH
                && text.startsWith("00-")
                && text.charAt(TRACE_END) == '-'
                && text.charAt(PARENT_END) == '-'
                && isId(text, 3, TRACE_END)
                && isId(text, TRACE_END + 1, PARENT_END)
                && isHex(text, PARENT_END + 1, LENGTH);
    }

    /** Hexadecimal and not all zeros. */
    private static boolean isId(String text, int start, int end) {
        if (!isHex(text, start, end)) return false;
        for (var i = start; i < end; i++) if (text.charAt(i) != '0') return true;
        return false;
    }

    private static boolean isHex(String text, int start, int end) {
        for (var i = start; i < end; i++) {
            var c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) return false;
        }
        return true;
    }

    private static void hex(long value, char[] digits, int start) {
        for (var i = 0; i < 16; i++) digits[start + i] = HEX[(int) (value >>> (60 - 4 * i)) & 0xf];
    }
}
