package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;

/**
 * The sessions that were ended (logout, password change, erasure, reuse of a refresh token) while access tokens of
 * theirs may still be unexpired. The user service tells all that ended within the last 20 minutes, which is longer than
 * any access token lives, so the last answer is the whole truth; while there is none, the last one stays.
 */
final class EndedSessions {
    private Set<String> sessions = Set.of();

    boolean contains(String session) {
        return !sessions.isEmpty() && sessions.contains(session);
    }

    /** Takes an answer of {@code user.readEndedSessions}: {@code {"sessions": [{"session": …, "endedAt": …}]}}. */
    void replaceBy(JsonNode answer) {
        var found = new HashSet<String>();
        answer.path("sessions").forEach(entry -> found.add(entry.path("session").asText()));
        sessions = found;
    }
}
