package omnibus.gateway;

import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.platform.call.SecurityEvents;
import omnibus.platform.call.SecurityEvents.Origin;

/**
 * Tells the log of security events who was signed in and had not the right. That a token is no good (401) is not told:
 * tokens run out all day, and the line of the call says it, too.
 */
final class Denials {
    private Denials() {}

    static void tell(Throwable refusal, Identity identity, String operation, String requestId, String clientAddress) {
        if (!identity.signedIn()) return;
        if (!(refusal instanceof Problem problem) || problem.kind() != Problem.Kind.FORBIDDEN) return;
        SecurityEvents.accessDenied(Origin.of(requestId, operation, clientAddress, identity));
    }
}
