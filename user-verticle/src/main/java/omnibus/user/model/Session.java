package omnibus.user.model;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * One sign-in and the family of refresh tokens that keeps it alive. Using a token replaces it; the row remembers hashes
 * of the current token and of the one before it.
 *
 * @param id the {@code sid} of the access tokens
 * @param family hash of the handle all its refresh tokens share
 * @param token hash of the refresh token that is valid now
 * @param previous hash of the token used last, null before the first use
 * @param nonce what the current token was derived with from the previous one, null before the first use
 * @param lastUsedAt when the current token was issued
 */
public record Session(
        UUID id,
        UUID userId,
        String family,
        String token,
        String previous,
        String nonce,
        Instant createdAt,
        Instant lastUsedAt,
        Instant expiresAt) {

    /** A session unused for this long is over. */
    public static final Duration IDLE_LIFE = Duration.ofDays(30);
    /** However often it is used, after this long one has to sign in again. */
    public static final Duration WHOLE_LIFE = Duration.ofDays(180);
    /** For this long a used token may be shown again: two tabs at once, or an answer that got lost. */
    public static final Duration GRACE = Duration.ofSeconds(10);

    /** What comes of showing a refresh token. */
    public sealed interface Use {}

    /** The token was good and is now replaced by {@code next}; {@code session} is the row as it is to be saved. */
    public record Renewed(Session session, RefreshToken next) implements Use {}

    /** The token was used a moment ago and its successor not yet: the same successor once more. */
    public record Repeated(RefreshToken next) implements Use {}

    /** The token was used before: somebody else may have it, so the whole family ends. */
    public record Reused() implements Use {}

    /** The session's time is over. */
    public record Expired() implements Use {}

    public static Session begin(UUID id, UUID userId, RefreshToken first, Instant now) {
        return new Session(id, userId, first.family(), first.hash(), null, null, now, now, now.plus(IDLE_LIFE));
    }

    /** Decides what showing {@code shown}, a token of this family, at {@code now} leads to. */
    public Use use(RefreshToken shown, Instant now, String freshNonce) {
        if (!now.isBefore(expiresAt)) return new Expired();
        if (shown.hash().equals(token)) return renewed(shown, now, freshNonce);
        var inGrace = now.isBefore(lastUsedAt.plus(GRACE));
        if (shown.hash().equals(previous) && inGrace) return new Repeated(shown.successor(nonce));
        return new Reused();
    }

    private Renewed renewed(RefreshToken shown, Instant now, String freshNonce) {
        var next = shown.successor(freshNonce);
        var end = createdAt.plus(WHOLE_LIFE);
        var idleEnd = now.plus(IDLE_LIFE);
        var expiry = idleEnd.isBefore(end) ? idleEnd : end;
        return new Renewed(
                new Session(id, userId, family, next.hash(), token, freshNonce, createdAt, now, expiry), next);
    }
}
