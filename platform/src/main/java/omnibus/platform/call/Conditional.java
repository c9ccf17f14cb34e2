package omnibus.platform.call;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Entity tags and conditional reads (RFC 9110, section 13). */
public final class Conditional {
    private Conditional() {}

    /** Gives a 200 that should have one its entity tag, and answers 304 to a reader who has it already. */
    static Answer apply(Operation operation, Call call, Answer answer) {
        if (answer.status() != 200 || !operation.reads() || !operation.answersWithETag()) return answer;
        if (!answer.headers().contains("ETag")) answer.etag(hash(answer));
        return unlessKnown(call.header("if-none-match").orElse(null), answer);
    }

    /** The answer, or a 304 where {@code ifNoneMatch} (null: none) names its entity tag. */
    public static Answer unlessKnown(String ifNoneMatch, Answer answer) {
        var tag = answer.headers().get("ETag");
        if (ifNoneMatch == null || tag == null || !matches(ifNoneMatch, tag)) return answer;
        var unchanged =
                Answer.of(304, io.vertx.core.buffer.Buffer.buffer(), null).header("ETag", tag);
        for (var name : new String[] {"Cache-Control", "Vary"}) {
            if (answer.headers().contains(name))
                unchanged.header(name, answer.headers().get(name));
        }
        return unchanged;
    }

    private static boolean matches(String tags, String tag) {
        return tags.strip().equals("*")
                || Arrays.stream(tags.split(","))
                        .map(String::strip)
                        .map(one -> one.startsWith("W/") ? one.substring(2) : one)
                        .anyMatch(tag::equals);
    }

    private static String hash(Answer answer) {
        var crc = new CRC32C();
        crc.update(answer.body().getBytes());
        return Long.toHexString(crc.getValue()) + "-"
                + Integer.toHexString(answer.body().length());
    }
}
