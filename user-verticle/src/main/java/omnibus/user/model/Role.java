package omnibus.user.model;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What an account may do: everyone buys, administrators also run the shop. */
public enum Role {
    CUSTOMER,
    ADMIN;

    /** The name in the contract, in tokens and in the database. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Role of(String code) {
        return valueOf(code.toUpperCase(Locale.ROOT));
    }

    public static Set<Role> ofAll(Collection<String> codes) {
        var roles = EnumSet.noneOf(Role.class);
        codes.forEach(code -> roles.add(of(code)));
        return roles;
    }

    /** Codes in a fixed order, so that equal sets of roles read the same. */
    public static List<String> codes(Set<Role> roles) {
        return roles.stream().sorted().map(Role::code).toList();
    }
}
