package omnibus.user;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.platform.call.SecurityEvents.Origin;
import omnibus.user.UserStore.NewAccount;
import omnibus.user.model.Account;
import omnibus.user.model.Credential;
import omnibus.user.model.Email;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.Role;

/** Accounts: opening, changing and closing them, and who runs the shop. */
final class Users {
    private static final String FIRST_ADMIN_NAME = "Administrator";

    private final AccountStore accounts;
    private final UserStore store;
    private final Passwords passwords;
    private final BreachedPasswords breached;
    private final SignInGuard guard;
    private final SecurityLog security;

    Users(
            AccountStore accounts,
            UserStore store,
            Passwords passwords,
            BreachedPasswords breached,
            SignInGuard guard,
            SecurityLog security) {
        this.accounts = accounts;
        this.store = store;
        this.passwords = passwords;
        this.breached = breached;
        this.guard = guard;
        this.security = security;
    }

    /** Fails with {@link Problem} CONFLICT {@code email-taken}, INVALID {@code breached-password} or LIMITED. */
    Future<Account> register(String email, String password, String name, Client client) {
        var normalised = Email.normalised(email);
        breached.refuse(password, "/password");
        return passwords
                .lookAtLine(client)
                .compose(open -> accounts.isTaken(normalised))
                .compose(taken -> taken
                        ? Future.<PasswordHash>failedFuture(UserStore.emailTaken())
                        : passwords.inTurn(client, () -> passwords.hash(password)))
                .compose(hash -> store.insert(
                        new NewAccount(Ids.next(), normalised, name, Set.of(Role.CUSTOMER), Optional.of(hash))));
    }

    /** The caller's own account. Fails with {@link Problem} UNAUTHENTICATED if it has been closed meanwhile. */
    Future<Account> own(Identity caller) {
        return accounts.find(caller.requireUser()).map(found -> found.orElseThrow(Users::closed));
    }

    Future<Account> rename(Identity caller, String name) {
        return store.rename(caller.requireUser(), name).map(found -> found.orElseThrow(Users::closed));
    }

    static Problem closed() {
        return Problem.unauthenticated("not-signed-in", "This account has been closed.");
    }

    /**
     * Fails with {@link Problem} INVALID {@code wrong-password} or {@code breached-password}, CONFLICT {@code no-password},
     * or LIMITED.
     */
    Future<Void> changePassword(Identity caller, String current, String wanted, Client client) {
        var user = caller.requireUser();
        breached.refuse(wanted, "/new");
        return passwords
                .inTurn(
                        client,
                        () -> guard.admitPasswordChange(user)
                                .compose(admitted -> accounts.credential(user))
                                .compose(credential ->
                                        credential.map(Future::succeededFuture).orElseGet(() -> noPassword(caller)))
                                .compose(credential -> changePassword(caller, credential, current, wanted)))
                .onSuccess(changed -> security.passwordChanged(user, client));
    }

    /**
     * Makes sure that the caller knows the account's password. False: it has none. Fails with {@link Problem} INVALID
     * {@code wrong-password}, or LIMITED.
     */
    Future<Boolean> prove(Identity caller, Optional<String> password, Client client) {
        var user = caller.requireUser();
        return passwords.inTurn(
                client,
                () -> guard.admitPasswordChange(user)
                        .compose(admitted -> accounts.credential(user))
                        .compose(credential -> credential.isEmpty()
                                ? Future.succeededFuture(false)
                                : matches(user, credential.get(), password.orElse(""), "/password")
                                        .map(true)));
    }

    private Future<Void> matches(UUID user, Credential credential, String password, String pointer) {
        return passwords
                .matches(password, credential.hash())
                .compose(right -> right
                        ? Future.succeededFuture()
                        : guard.failedPasswordChange(user).compose(counted -> wrongPassword(pointer)));
    }

    private <T> Future<T> noPassword(Identity caller) {
        return own(caller)
                .compose(account -> Future.failedFuture(Problem.conflict(
                        "no-password", "This account has no password: its owner signs in with a provider.")));
    }

    private Future<Void> changePassword(Identity caller, Credential credential, String current, String wanted) {
        var user = caller.userId();
        var kept = Ids.parse(caller.session()).orElse(null);
        return matches(user, credential, current, "/current")
                .compose(right -> passwords.hash(wanted))
                .compose(hash -> store.changePassword(user, credential.version(), hash, kept))
                .compose(changed -> changed ? Future.succeededFuture() : wrongPassword("/current"));
    }

    private static Future<Void> wrongPassword(String pointer) {
        return Future.failedFuture(Problem.invalid(
                "wrong-password",
                "The present password is another one.",
                Problem.Fault.at(pointer, "is not the present password")));
    }

    /** Closes the caller's account; one that is closed already stays so. Fails with CONFLICT {@code last-admin}. */
    Future<Void> close(Identity caller, Origin origin) {
        var user = caller.requireUser();
        return store.erase(user, (account, admins) -> account.requireAnotherAdmin(admins))
                .onSuccess(erased -> {
                    if (erased) security.accountClosed(user, origin);
                })
                .mapEmpty();
    }

    /** Fails with {@link Problem} NOT_FOUND, or CONFLICT {@code last-admin}. */
    Future<Account> changeRoles(UUID id, Set<Role> roles, Identity by, Origin origin) {
        return store.changeRoles(id, (account, admins) -> account.withRoles(roles, admins))
                .map(found -> found.orElseThrow(Problem::notFound))
                .onSuccess(account -> security.rolesChanged(id, by.userId(), Role.codes(roles), origin));
    }

    /** Makes the configured first administrator if the shop has none. */
    Future<Void> ensureAdmin(Optional<UserConfig.FirstAdmin> configured) {
        if (configured.isEmpty()) return Future.succeededFuture();
        return accounts.hasAdmin()
                .compose(exists -> exists ? Future.succeededFuture() : makeFirstAdmin(configured.get()));
    }

    private Future<Void> makeFirstAdmin(UserConfig.FirstAdmin admin) {
        return passwords
                .hash(admin.password().reveal())
                .compose(hash -> store.makeFirstAdmin(new NewAccount(
                        Ids.next(),
                        admin.email(),
                        FIRST_ADMIN_NAME,
                        Set.of(Role.CUSTOMER, Role.ADMIN),
                        Optional.of(hash))))
                .onSuccess(made -> made.ifPresent(account -> security.firstAdminMade(account.id())))
                .mapEmpty();
    }
}
