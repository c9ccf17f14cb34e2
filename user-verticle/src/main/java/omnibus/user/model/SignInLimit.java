package omnibus.user.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import omnibus.platform.Problem;

/** Ten failures in any quarter of an hour, per account and per client address: enough to mistype, too few to guess. */
public final class SignInLimit {
    public static final int FAILURES_ALLOWED = 10;
    public static final Duration WINDOW = Duration.ofMinutes(15);

    private SignInLimit() {}

    /**
     * Throws {@link Problem} LIMITED with the seconds to wait, if no further failure is allowed.
     *
     * @param failures newest first
     */
    public static void refuse(List<Instant> failures, Instant now) {
        if (failures.size() < FAILURES_ALLOWED) return;
        var wait = Duration.between(now, failures.get(FAILURES_ALLOWED - 1).plus(WINDOW));
        if (wait.isNegative() || wait.isZero()) return;
        throw Problem.limited(
                "Too many attempts to sign in have failed. Wait, then try again.",
                wait.plusMillis(999).toSeconds());
    }

    /** Refuses a failure just counted, {@code failures.get(0)}, if it is one more than allowed: others were as quick. */
    public static void refuseCounted(List<Instant> failures, Instant now) {
        if (failures.size() <= FAILURES_ALLOWED) return;
        if (failures.get(FAILURES_ALLOWED).plus(WINDOW).isAfter(now)) refuse(failures, now);
    }
}
