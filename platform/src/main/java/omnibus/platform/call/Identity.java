package omnibus.platform.call;

import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;

/**
 * Who calls, as the gateway established it. {@code userId} is null for somebody who has not signed in; {@code session}
 * is the refresh-token family the access token belongs to.
 */
public record Identity(UUID userId, Set<String> roles, String session) {
    private static final Identity ANONYMOUS = new Identity(null, Set.of(), null);
    public static final String ADMIN = "admin";

    public static Identity anonymous() {
        return ANONYMOUS;
    }

    public boolean signedIn() {
        return userId != null;
    }

    public boolean isAdmin() {
        return roles.contains(ADMIN);
    }

    public boolean is(UUID user) {
        return userId != null && userId.equals(user);
    }

    /** The caller's id. Throws {@link Problem} 401 {@code not-signed-in} for an anonymous caller. */
    public UUID requireUser() {
        if (userId == null) throw notSignedIn();
        return userId;
    }

    public static Problem notSignedIn() {
        return Problem.unauthenticated("not-signed-in", "Sign in and send the access token as a bearer token.");
    }
}
