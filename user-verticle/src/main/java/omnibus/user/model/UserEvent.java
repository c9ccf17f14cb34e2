package omnibus.user.model;

import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** What others are told about accounts: ids only. The record's name is the event's type. */
public sealed interface UserEvent {
    UUID userId();

    default String type() {
        return getClass().getSimpleName();
    }

    record UserRegistered(UUID userId, List<String> roles) implements UserEvent {}

    record UserDeleted(UUID userId) implements UserEvent {}

    record RolesChanged(UUID userId, List<String> roles, List<String> previous) implements UserEvent {}

    record SessionsEnded(UUID userId, List<UUID> sessions, String reason) implements UserEvent {}

    /** Why sessions end. */
    enum Reason {
        LOGOUT,
        PASSWORD_CHANGED,
        IDENTITY_UNLINKED,
        ACCOUNT_CLOSED,
        TOKEN_REUSED,
        ROLE_TAKEN,
        TOO_MANY_SESSIONS;

        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
