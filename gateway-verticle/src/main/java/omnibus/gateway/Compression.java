package omnibus.gateway;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import omnibus.platform.call.Answer;

/**
 * Answers in gzip for who takes it (RFC 9110, section 8.4.1.3). Of two encodings of one thing each has an entity tag of
 * its own; the one that says gzip is understood wherever a tag comes back, so that a client can use what it has got.
 *
 * <p>Only what is asked for with GET is packed, and no answer that hands out a secret is one: what an attacker could have
 * put in beside it would show in the length (BREACH).
 */
final class Compression {
    /** Shorter ones would grow, or fit into the same packets anyway. */
    static final int MIN_BYTES = 1_024;

    /** Longer ones would hold up everybody else for too long. */
    static final int MAX_BYTES = 256 * 1024;

    /** 64 KiB of products: 0.5 ms instead of the 1.8 ms of the default level, 15 KiB instead of 13. */
    private static final int WHILE_THEY_WAIT = 3;

    private static final String GZIP = "gzip";
    private static final String TAG_END = "-gzip\"";

    private Compression() {}

    /** The answer as this client takes it; {@code Vary} tells caches on the way that there are two. */
    static Answer apply(Answer answer, MultiMap request) {
        return apply(answer, request, () -> pack(answer.body()));
    }

    /** As {@link #apply(Answer, MultiMap)}, for an answer whose packed body may be there already. */
    static Answer apply(Answer answer, MultiMap request, Supplier<Buffer> packedBody) {
        if (answer.status() == 304) return retagged(answer, request);
        if (!isPackable(answer)) return answer;
        vary(answer);
        if (!accepts(request.get(HttpHeaders.ACCEPT_ENCODING))) return answer;
        return packed(answer, packedBody.get());
    }

    /** Who has it in gzip has it under that tag. */
    private static Answer retagged(Answer unchanged, MultiMap request) {
        var tag = unchanged.headers().get(HttpHeaders.ETAG);
        if (tag == null) return unchanged;
        vary(unchanged);
        var known = request.get(HttpHeaders.IF_NONE_MATCH);
        return known != null && known.contains(packedTag(tag)) ? withTag(unchanged) : unchanged;
    }

    private static void vary(Answer answer) {
        if (!answer.headers().contains(HttpHeaders.VARY, "Accept-Encoding", true)) {
            answer.headers().add(HttpHeaders.VARY, "Accept-Encoding");
        }
    }

    private static String packedTag(String tag) {
        return tag.endsWith("\"") && !tag.endsWith(TAG_END) ? tag.substring(0, tag.length() - 1) + TAG_END : tag;
    }

    /** The answer with its body packed before. */
    static Answer packed(Answer answer, Buffer bytes) {
        var headers = MultiMap.caseInsensitiveMultiMap().addAll(answer.headers());
        headers.set(HttpHeaders.CONTENT_ENCODING, GZIP);
        return withTag(new Answer(answer.status(), headers, bytes));
    }

    private static Answer withTag(Answer answer) {
        var tag = answer.headers().get(HttpHeaders.ETAG);
        if (tag != null) answer.headers().set(HttpHeaders.ETAG, packedTag(tag));
        return answer;
    }

    private static boolean isPackable(Answer answer) {
        var length = answer.body() == null ? 0 : answer.body().length();
        var type = answer.headers().get(HttpHeaders.CONTENT_TYPE);
        return answer.status() == 200
                && length >= MIN_BYTES
                && length <= MAX_BYTES
                && type != null
                && (type.contains("json") || type.startsWith("text/"))
                && !answer.headers().contains(HttpHeaders.CONTENT_ENCODING);
    }

    /** What is packed while somebody waits, and everybody else behind it: a third of the time for a sixth more bytes. */
    static Buffer pack(Buffer plain) {
        return pack(plain, WHILE_THEY_WAIT);
    }

    /** What is packed once and sent for ever. */
    static Buffer packTightly(Buffer plain) {
        return pack(plain, Deflater.BEST_COMPRESSION);
    }

    private static Buffer pack(Buffer plain, int level) {
        var bytes = new ByteArrayOutputStream(plain.length() / 3);
        try (var gzip = new Gzip(bytes, level)) {
            gzip.write(plain.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Buffer.buffer(bytes.toByteArray());
    }

    private static final class Gzip extends GZIPOutputStream {
        Gzip(ByteArrayOutputStream to, int level) throws IOException {
            super(to);
            def.setLevel(level);
        }
    }

    /** RFC 9110, section 12.5.3: named with a weight above zero, or not named while {@code *} is. */
    static boolean accepts(String acceptEncoding) {
        if (acceptEncoding == null) return false;
        var any = false;
        for (var one : acceptEncoding.split(",")) {
            var parts = one.split(";", 2);
            var name = parts[0].strip();
            var wanted = parts.length == 1 || !parts[1].strip().matches("q=0(\\.0{0,3})?");
            if (name.equalsIgnoreCase(GZIP)) return wanted;
            if (name.equals("*")) any = wanted;
        }
        return any;
    }

    /** Entity tags as the services know them, from what a client sends back. */
    static String plainTags(String tags) {
        return tags == null || !tags.contains(TAG_END) ? tags : tags.replace(TAG_END, "\"");
    }
}
