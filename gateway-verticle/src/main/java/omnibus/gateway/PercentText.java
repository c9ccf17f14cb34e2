package omnibus.gateway;

import io.vertx.core.MultiMap;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import omnibus.platform.Problem;
import omnibus.platform.call.BusHeaders;

/** Percent-encoding (RFC 3986, section 2.1), strictly: a broken escape or one that is not UTF-8 is not guessed at. */
final class PercentText {
    private PercentText() {}

    /** One decoded path segment, or null when it is malformed or has control characters: it then names nothing. */
    static String segment(String path, int start, int end) {
        for (var i = start; i < end; i++) {
            var c = path.charAt(i);
            if (c == '%') return storable(decode(path, start, end, false));
            if (c < 0x20 || c >= 0x7f) return null;
        }
        return path.substring(start, end);
    }

    private static String storable(String text) {
        if (text == null) return null;
        for (var i = 0; i < text.length(); i++) if (Character.isISOControl(text.charAt(i))) return null;
        return text;
    }

    /**
     * Copies the parameters of a raw query into message headers, repeated ones repeatedly. Throws {@link Problem} 400
     * {@code malformed-query} when an escape is broken.
     */
    static void copyQuery(String uri, int question, MultiMap headers) {
        var length = uri.length();
        for (var start = question + 1; start < length; ) {
            var end = uri.indexOf('&', start);
            if (end < 0) end = length;
            if (end > start) copyParameter(uri, start, end, headers);
            start = end + 1;
        }
    }

    private static void copyParameter(String uri, int start, int end, MultiMap headers) {
        var equals = uri.indexOf('=', start);
        var nameEnd = equals < 0 || equals > end ? end : equals;
        var name = decode(uri, start, nameEnd, true);
        var value = nameEnd == end ? "" : decode(uri, nameEnd + 1, end, true);
        if (name == null || value == null) {
            throw Problem.invalid("malformed-query", "The query has an escape that is not percent-encoded UTF-8.");
        }
        headers.add(BusHeaders.QUERY_PREFIX + name, value);
    }

    /** The decoded text, or null when it is malformed. {@code plusIsSpace}: as in an HTML form's query. */
    static String decode(String text, int start, int end, boolean plusIsSpace) {
        if (isPlain(text, start, end)) return text.substring(start, end);
        var bytes = new byte[end - start];
        var length = 0;
        for (var i = start; i < end; i++) {
            var c = text.charAt(i);
            if (c >= 0x80) return null;
            if (c == '%') {
                if (i + 2 >= end) return null;
                var high = Character.digit(text.charAt(i + 1), 16);
                var low = Character.digit(text.charAt(i + 2), 16);
                if (high < 0 || low < 0) return null;
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (plusIsSpace && c == '+' ? ' ' : c);
            }
        }
        return utf8(bytes, length);
    }

    private static boolean isPlain(String text, int start, int end) {
        for (var i = start; i < end; i++) {
            var c = text.charAt(i);
            if (c == '%' || c == '+' || c >= 0x80) return false;
        }
        return true;
    }

    private static String utf8(byte[] bytes, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            return null;
        }
    }
}
