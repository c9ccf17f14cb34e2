package omnibus.product.model;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import omnibus.platform.Problem;

/**
 * The condition an edit is made under (RFC 9110, section 13.1.1). Of the tag {@code "<version>-<facts>"} the version
 * alone counts: a sale in between is no reason to refuse a better description.
 */
public final class IfMatch {
    private static final Pattern TAG = Pattern.compile("\"(\\d{1,18})-\\d{1,18}\"");

    private final boolean given;
    private final boolean any;
    private final Set<Long> versions = new HashSet<>();

    private IfMatch(boolean given, boolean any) {
        this.given = given;
        this.any = any;
    }

    public static IfMatch of(Optional<String> header) {
        var match = new IfMatch(
                header.isPresent(), header.filter(h -> h.strip().equals("*")).isPresent());
        for (var tag : header.orElse("").split(",")) {
            var found = TAG.matcher(tag.strip());
            if (found.matches()) match.versions.add(Long.parseLong(found.group(1)));
        }
        return match;
    }

    /** Throws {@link Problem}: precondition required when the header was missing, stale when it names another version. */
    public void check(Product product) {
        if (!given) throw Problem.preconditionRequired();
        if (!any && !versions.contains(product.version())) {
            throw Problem.stale("The product has been edited since; read it again. It is now at version "
                    + product.version() + ".");
        }
    }
}
