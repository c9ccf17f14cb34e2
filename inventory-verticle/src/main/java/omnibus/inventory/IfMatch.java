package omnibus.inventory;

import java.util.Arrays;
import java.util.Optional;
import omnibus.platform.Problem;

/** The condition a change is made under (RFC 9110, section 13.1.1): the versions it may replace; absent means any. */
record IfMatch(Optional<String> tags) {
    static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }

    /** Throws {@link Problem} 412 when the stock has another version than the caller has seen. */
    void check(long version) {
        if (tags.isEmpty() || tags.get().strip().equals("*")) return;
        var expected = Arrays.stream(tags.get().split(",")).map(String::strip);
        if (expected.noneMatch(tag(version)::equals)) {
            throw Problem.stale("The stock has moved since it was read; read it again.");
        }
    }
}
