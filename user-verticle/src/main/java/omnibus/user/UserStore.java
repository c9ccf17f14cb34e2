package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.postgres.Postgres;
import omnibus.user.model.Account;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.ProviderIdentity;
import omnibus.user.model.Role;
import omnibus.user.model.UserEvent.Reason;
import omnibus.user.model.UserEvent.RolesChanged;
import omnibus.user.model.UserEvent.UserDeleted;
import omnibus.user.model.UserEvent.UserRegistered;

/** Changes of accounts: each one transaction with what it means for the sessions and with its event. */
final class UserStore {
    private final Pool pool;
    private final AccountStore accounts;
    private final SessionStore sessions;

    UserStore(Pool pool, AccountStore accounts, SessionStore sessions) {
        this.pool = pool;
        this.accounts = accounts;
        this.sessions = sessions;
    }

    /** @param hash of the password; none if its owner signs in with a provider */
    record NewAccount(UUID id, String email, String name, Set<Role> roles, Optional<PasswordHash> hash) {}

    /** Fails with {@link Problem} CONFLICT {@code email-taken}. */
    Future<Account> insert(NewAccount account) {
        return inserted(tx -> insert(tx, account));
    }

    /**
     * Opens an account for somebody at a provider. Fails with {@link Problem} CONFLICT {@code email-taken}, or {@code
     * identity-taken} if that person has one already.
     */
    Future<Account> insert(NewAccount account, ProviderIdentity who) {
        return inserted(tx -> insert(tx, account)
                .compose(opened ->
                        IdentityStore.insert(tx, Ids.next(), opened.id(), who).map(opened)));
    }

    private Future<Account> inserted(Function<SqlConnection, Future<Account>> insertion) {
        return Postgres.transaction(pool, insertion)
                .recover(failure -> Future.failedFuture(Postgres.isUniqueViolation(failure) ? emailTaken() : failure))
                .onSuccess(inserted -> accounts.ring());
    }

    static Problem emailTaken() {
        return Problem.conflict("email-taken", "There is an account with this e-mail already. Sign in instead.");
    }

    private Future<Account> insert(SqlConnection tx, NewAccount account) {
        var roles = Role.codes(account.roles());
        return tx.preparedQuery("""
                        insert into account as a (id, email, name, roles, password_hash) values ($1, $2, $3, $4, $5)
                        returning %s
                        """.formatted(AccountStore.COLUMNS))
                .execute(Tuple.of(
                        account.id(),
                        account.email(),
                        account.name(),
                        roles.toArray(String[]::new),
                        account.hash().map(PasswordHash::reveal).orElse(null)))
                .map(rows -> AccountStore.account(rows.iterator().next()))
                .compose(inserted -> accounts.record(tx, new UserRegistered(inserted.id(), roles))
                        .map(inserted));
    }

    Future<Optional<Account>> rename(UUID id, String name) {
        return pool.preparedQuery("""
                        update account as a set name = $2 where id = $1 and erased_at is null returning %s
                        """.formatted(AccountStore.COLUMNS))
                .execute(Tuple.of(id, name))
                .map(rows -> AccountStore.first(rows).map(AccountStore::account));
    }

    /**
     * Sets a new password and ends all sessions but one. False: the password has been changed or the account closed since
     * {@code version} of the password was proven.
     */
    Future<Boolean> changePassword(UUID id, int version, PasswordHash hash, UUID keepSession) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lock(tx, id)
                                .compose(row -> row.isEmpty() || row.get().getInteger("password_version") != version
                                        ? Future.succeededFuture(false)
                                        : setPassword(tx, id, hash)
                                                .compose(set ->
                                                        sessions.endAll(tx, id, keepSession, Reason.PASSWORD_CHANGED))
                                                .map(true)))
                .onSuccess(this::ringIf);
    }

    private static Future<?> setPassword(SqlConnection tx, UUID id, PasswordHash hash) {
        return tx.preparedQuery(
                        "update account set password_hash = $2, password_version = password_version + 1 where id = $1")
                .execute(Tuple.of(id, hash.reveal()));
    }

    /**
     * Lets {@code decide} give an account other roles, knowing who the administrators are while none of them can change.
     * Empty: there is no such account.
     */
    Future<Optional<Account>> changeRoles(UUID id, BiFunction<Account, Set<UUID>, Account> decide) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lockAdmins(tx)
                                .compose(admins -> accounts.lock(tx, id)
                                        .map(row -> row.map(AccountStore::account))
                                        .compose(found -> found.isEmpty()
                                                ? Future.succeededFuture(found)
                                                : changeRoles(tx, found.get(), decide.apply(found.get(), admins))
                                                        .map(Optional::of))))
                .onSuccess(changed -> ringIf(changed.isPresent()));
    }

    private Future<Account> changeRoles(SqlConnection tx, Account before, Account after) {
        if (after.roles().equals(before.roles())) return Future.succeededFuture(after);
        var roles = Role.codes(after.roles());
        var taken = !after.roles().containsAll(before.roles());
        return tx.preparedQuery("update account set roles = $2 where id = $1")
                .execute(Tuple.of(after.id()).addArrayOfString(roles.toArray(String[]::new)))
                .compose(
                        updated -> accounts.record(tx, new RolesChanged(after.id(), roles, Role.codes(before.roles()))))
                .compose(told ->
                        taken ? sessions.renewIds(tx, after.id(), Reason.ROLE_TAKEN) : Future.<Void>succeededFuture())
                .map(after);
    }

    /** Erases an account if {@code allow} does not throw. False: there is no such account. */
    Future<Boolean> erase(UUID id, BiConsumer<Account, Set<UUID>> allow) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lockAdmins(tx)
                                .compose(admins -> accounts.lock(tx, id)
                                        .compose(row -> row.isEmpty()
                                                ? Future.succeededFuture(false)
                                                : erase(tx, row.get(), admins, allow)
                                                        .map(true))))
                .onSuccess(this::ringIf);
    }

    private Future<Void> erase(SqlConnection tx, Row row, Set<UUID> admins, BiConsumer<Account, Set<UUID>> allow) {
        var account = AccountStore.account(row);
        allow.accept(account, admins);
        var id = Tuple.of(account.id());
        return tx.preparedQuery("delete from address where user_id = $1")
                .execute(id)
                .compose(done -> tx.preparedQuery("delete from known_address where user_id = $1")
                        .execute(id))
                .compose(done -> tx.preparedQuery("delete from identity where user_id = $1")
                        .execute(id))
                .compose(done -> tx.preparedQuery("""
                                update account
                                set email = null, name = null, password_hash = null, roles = '{}', erased_at = now()
                                where id = $1
                                """).execute(id))
                .compose(done -> accounts.record(tx, new UserDeleted(account.id())))
                .compose(told -> sessions.endAll(tx, account.id(), null, Reason.ACCOUNT_CLOSED));
    }

    /**
     * Makes the first administrator: a new account, or the one that has this e-mail, whose password then is the given one,
     * whose sessions end and which no provider opens any more, since anybody may have registered it. Empty: there is an administrator already.
     */
    Future<Optional<Account>> makeFirstAdmin(NewAccount admin) {
        return Postgres.transaction(
                        pool,
                        tx -> tx.query("select pg_advisory_xact_lock(hashtext('omnibus.user.first-admin'))")
                                .execute()
                                .compose(locked -> tx.query("select 1 from account where 'admin' = any (roles) limit 1")
                                        .execute())
                                .compose(admins -> admins.size() > 0
                                        ? Future.succeededFuture(Optional.<Account>empty())
                                        : insertOrPromote(tx, admin).map(Optional::of)))
                .onSuccess(made -> ringIf(made.isPresent()));
    }

    /** Every gateway asks anew at a ring: who is refused must not be able to make them. */
    private void ringIf(boolean changed) {
        if (changed) accounts.ring();
    }

    private Future<Account> insertOrPromote(SqlConnection tx, NewAccount admin) {
        return tx.preparedQuery("select id from account where lower(email) = lower($1)")
                .execute(Tuple.of(admin.email()))
                .compose(rows -> rows.size() == 0
                        ? insert(tx, admin)
                        : promote(tx, rows.iterator().next().getUUID("id"), admin));
    }

    private Future<Account> promote(SqlConnection tx, UUID id, NewAccount admin) {
        return accounts.lock(tx, id)
                .map(row -> AccountStore.account(row.orElseThrow()))
                .compose(account -> setPassword(tx, id, admin.hash().orElseThrow())
                        .compose(set -> tx.preparedQuery("delete from identity where user_id = $1")
                                .execute(Tuple.of(id)))
                        .compose(set -> changeRoles(tx, account, account.withRoles(admin.roles(), Set.of())))
                        .compose(promoted -> sessions.endAll(tx, id, null, Reason.PASSWORD_CHANGED)
                                .map(promoted)));
    }
}
