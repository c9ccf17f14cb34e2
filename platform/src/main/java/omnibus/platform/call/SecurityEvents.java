package omnibus.platform.call;

import io.vertx.core.MultiMap;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import omnibus.platform.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * What a person looks for after an incident: one line per event, on a logger of its own. It names ids, operations and
 * networks; e-mails, names, passwords and tokens are not for it. Whoever tells of refusals does so behind the limits on
 * calls, which bound the lines, too.
 */
public final class SecurityEvents {
    private static final Logger LOG = LoggerFactory.getLogger("omnibus.security");
    private static final String UNKNOWN = "-";
    private static final Pattern LINE_BREAKING = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]");

    /**
     * The call in which something happened. What is not known, or does not apply, is null.
     *
     * @param network part of the client's address, too short to tell one household from the next
     */
    public record Origin(String requestId, String operation, String network, String user) {
        /** What the shop does of its own accord. */
        public static final Origin SHOP = new Origin(null, null, null, null);

        public static Origin of(Call call) {
            return of(call.headers());
        }

        public static Origin of(String requestId, String operation, String clientAddress, Identity identity) {
            var user = identity.signedIn() ? identity.userId().toString() : null;
            return new Origin(requestId, operation, networkOf(clientAddress), user);
        }

        static Origin of(MultiMap headers) {
            return new Origin(
                    headers.get(BusHeaders.REQUEST_ID),
                    headers.get(BusHeaders.OPERATION),
                    networkOf(headers.get(BusHeaders.CLIENT)),
                    headers.get(BusHeaders.USER));
        }

        /** The same for the account it concerns, where nobody has signed in; null for none. */
        public Origin about(UUID account) {
            return new Origin(requestId, operation, network, account == null ? null : account.toString());
        }
    }

    private SecurityEvents() {}

    /** Writes one line; {@code details} are names and values in turn. */
    public static void tell(Level level, String event, Origin origin, Object... details) {
        var line = LOG.atLevel(level)
                .addKeyValue("event", event)
                .addKeyValue("request", value(origin.requestId))
                .addKeyValue("user", value(origin.user))
                .addKeyValue("network", value(origin.network))
                .addKeyValue("op", value(origin.operation));
        for (var i = 0; i < details.length; i += 2) line = line.addKeyValue((String) details[i], value(details[i + 1]));
        line.log(event);
    }

    /** Somebody asked for what needs a right they have not. */
    public static void accessDenied(Origin origin) {
        tell(Level.INFO, "access-denied", origin);
    }

    /** Whatever writes the line, and whoever reads it, no value begins another. */
    private static String value(Object value) {
        return LINE_BREAKING.matcher(Objects.toString(value, UNKNOWN)).replaceAll(" ");
    }

    private static String networkOf(String clientAddress) {
        return Optional.ofNullable(clientAddress)
                .flatMap(IpAddress::coarseNetwork)
                .orElse(null);
    }
}
