package omnibus.user;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import omnibus.platform.Secret;
import omnibus.platform.Settings;
import omnibus.platform.postgres.PostgresConfig;
import omnibus.user.model.Email;

/**
 * Configuration of the user service.
 *
 * @param firstAdmin whom to make administrator if the shop has none; later changes of it have no effect
 * @param limits whether failed sign-ins are limited
 * @param signingSecret what the keys of access tokens are sealed with in the database
 * @param keyRotation after how long a new key signs access tokens
 */
record UserConfig(
        PostgresConfig postgres,
        Optional<FirstAdmin> firstAdmin,
        boolean limits,
        Secret signingSecret,
        Duration keyRotation,
        BreachedPasswords breached,
        Optional<OpenIdConfig> openId) {

    record FirstAdmin(String email, Secret password) {}

    static final String SIGNING_SECRET = "OMNIBUS_SIGNING_SECRET";
    /** As hexadecimal digits 128 bits, which nobody guesses. */
    private static final int SHORTEST_SECRET = 32;

    private static final Duration DEFAULT_ROTATION = Duration.ofDays(90);
    private static final Duration LEAST_ROTATION = Duration.ofHours(1);

    static UserConfig from(Settings settings) {
        return new UserConfig(
                PostgresConfig.from(settings),
                firstAdmin(settings),
                settings.flag("OMNIBUS_LIMITS", true),
                signingSecret(settings),
                keyRotation(settings),
                breached(settings),
                OpenIdConfig.from(settings));
    }

    private static Optional<FirstAdmin> firstAdmin(Settings settings) {
        var email = settings.optional("ADMIN_EMAIL");
        var password = settings.optional("ADMIN_PASSWORD");
        if (email.isEmpty() && password.isEmpty()) return Optional.empty();
        if (email.isEmpty()) settings.fault("ADMIN_EMAIL", "is not set, but ADMIN_PASSWORD is; set both or neither");
        if (password.isEmpty()) settings.fault("ADMIN_PASSWORD", "is not set, but ADMIN_EMAIL is; set both or neither");
        if (email.isPresent() && !Email.isPlausible(email.get())) {
            settings.fault("ADMIN_EMAIL", "is not an e-mail address");
        }
        var length = password.map(text -> text.codePointCount(0, text.length())).orElse(0);
        if (password.isPresent() && (length < Passwords.SHORTEST || length > Passwords.LONGEST)) {
            settings.fault(
                    "ADMIN_PASSWORD", "must have " + Passwords.SHORTEST + " to " + Passwords.LONGEST + " characters");
        }
        return email.flatMap(e -> password.map(p -> new FirstAdmin(Email.normalised(e), new Secret(p))));
    }

    private static Secret signingSecret(Settings settings) {
        var secret = settings.required(
                SIGNING_SECRET,
                "the keys of access tokens are sealed with it. Make one with: openssl rand -hex 32; all instances need"
                        + " the same");
        if (!secret.isEmpty() && secret.length() < SHORTEST_SECRET) {
            settings.fault(SIGNING_SECRET, "must have " + SHORTEST_SECRET + " characters or more, made at random");
        }
        return new Secret(secret);
    }

    private static Duration keyRotation(Settings settings) {
        var rotation = settings.duration("OMNIBUS_KEY_ROTATION", DEFAULT_ROTATION);
        if (rotation.compareTo(LEAST_ROTATION) < 0) settings.fault("OMNIBUS_KEY_ROTATION", "must be an hour or more");
        return rotation;
    }

    private static BreachedPasswords breached(Settings settings) {
        var file = settings.optional("OMNIBUS_BREACHED_PASSWORDS");
        if (file.isEmpty()) return BreachedPasswords.none();
        try {
            return BreachedPasswords.read(Path.of(file.get()));
        } catch (IOException | java.io.UncheckedIOException e) {
            settings.fault("OMNIBUS_BREACHED_PASSWORDS", "names " + file.get() + ", which cannot be read: " + e);
            return BreachedPasswords.none();
        }
    }
}
