package omnibus.user.model;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;

/** A postal address in a user's address book. {@code line2} and {@code region} may be null. */
public record Address(
        UUID id,
        String name,
        String line1,
        String line2,
        String city,
        String postalCode,
        String region,
        String country) {
    /** More than any household or office needs; bounds what one account can store. */
    public static final int LIMIT = 100;

    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    /** This address. Throws {@link Problem} INVALID {@code unknown-country} if ISO 3166-1 alpha-2 does not list its country. */
    public Address checked() {
        if (COUNTRIES.contains(country)) return this;
        throw Problem.invalid(
                "unknown-country",
                "There is no such country in ISO 3166-1.",
                Problem.Fault.at("/country", "must be an ISO 3166-1 alpha-2 code, such as DE"));
    }
}
