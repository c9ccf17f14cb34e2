package omnibus.platform.call;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import omnibus.platform.Problem;

/** Opaque page cursors: the sort key of the last item seen, so that a page survives inserts (keyset pagination). */
public final class PageCursor {
    private static final String SEPARATOR = "\u001f";

    private PageCursor() {}

    public static String of(Object... parts) {
        var joined = new ArrayList<String>();
        for (var part : parts) joined.add(String.valueOf(part));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(String.join(SEPARATOR, joined).getBytes(StandardCharsets.UTF_8));
    }

    /** The parts a cursor was made of; their number is checked. Throws {@link Problem} 400 {@code invalid-cursor}. */
    public static List<String> parse(String cursor, int parts) {
        try {
            var text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            var found = List.of(text.split(SEPARATOR, -1));
            if (found.size() == parts) return found;
        } catch (IllegalArgumentException notBase64) {
            // answered below: whatever is wrong with it, we did not issue it
        }
        throw invalid();
    }

    public static Problem invalid() {
        return Problem.invalid(
                "invalid-cursor",
                "This cursor was not issued for this list. Start again without one.",
                Problem.Fault.parameter("cursor", "is not a cursor of this list"));
    }
}
