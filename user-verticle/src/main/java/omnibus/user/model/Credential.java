package omnibus.user.model;

/**
 * How an account proves itself. {@code version} rises with each new password, and not when the same password is hashed
 * anew: it tells whether what was checked a moment ago is still what counts.
 */
public record Credential(PasswordHash hash, int version) {}
