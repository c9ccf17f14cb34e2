package omnibus.gateway;

import io.vertx.core.Future;
import omnibus.platform.IpAddress;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.platform.call.Operation;

/**
 * Who asks, how often they may, and whether they may at all: the checks that come before any service is troubled, the
 * same for every way in. In their order: too many calls (429), a token that is no good (401), a right that is missing
 * (401, 403).
 */
final class Admission {
    /** The outcome: {@code refusal} is null for who may go on, {@code standing} for what is not limited. */
    record Outcome(Identity identity, Limits.Standing standing, Throwable refusal) {}

    private final AccessTokens tokens;
    private final Limits limits;

    /** {@code limits} may be null: then nobody is limited. */
    Admission(AccessTokens tokens, Limits limits) {
        this.tokens = tokens;
        this.limits = limits;
    }

    AccessTokens tokens() {
        return tokens;
    }

    /** Never fails; at once in nearly all cases. */
    Future<Outcome> admit(Route route, String authorization, String clientAddress) {
        return tokens.identify(authorization).transform(identified -> {
            var identity = identified.succeeded() ? identified.result() : Identity.anonymous();
            return count(route, identity, clientAddress)
                    .map(standing -> new Outcome(
                            identity, standing, refusal(route.operation(), identity, standing, identified.cause())));
        });
    }

    /** What is no call of an operation counts as one read of this address; null where nobody is limited. */
    Future<Limits.Standing> admitReader(String clientAddress) {
        return limits == null ? Future.succeededFuture() : limits.countRead(clientAddress, System.nanoTime());
    }

    /** Who connects or registers, which counts as one read of this address. */
    Future<AccessTokens.Verified> admitListener(String authorization, String clientAddress) {
        return admitReader(clientAddress)
                .compose(standing -> standing == null || standing.admitted()
                        ? tokens.examine(authorization)
                        : Future.failedFuture(standing.refusal()));
    }

    private Future<Limits.Standing> count(Route route, Identity identity, String clientAddress) {
        // Probes of this machine must get through, whatever else comes from it.
        var probe =
                route.isOwn() && route.operation().path().startsWith("/health") && IpAddress.isLoopback(clientAddress);
        return limits == null || probe
                ? Future.succeededFuture()
                : limits.count(route.operation(), identity, clientAddress, System.nanoTime());
    }

    private static Throwable refusal(
            Operation operation, Identity identity, Limits.Standing standing, Throwable badToken) {
        if (standing != null && !standing.admitted()) return standing.refusal();
        if (badToken != null) return badToken;
        return refusal(operation.access(), identity);
    }

    private static Problem refusal(Operation.Access access, Identity identity) {
        if (access.anonymous() && access.roles().isEmpty()) return null;
        if (!identity.signedIn()) return Identity.notSignedIn();
        return identity.roles().containsAll(access.roles())
                ? null
                : Problem.forbidden("This needs the role " + String.join(", ", access.roles()) + ".");
    }
}
