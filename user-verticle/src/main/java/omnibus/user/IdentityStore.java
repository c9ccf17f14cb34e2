package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Problem;
import omnibus.platform.postgres.Postgres;
import omnibus.user.model.ProviderIdentity;
import omnibus.user.model.UserEvent.Reason;

/** Who accounts are at OpenID providers. */
final class IdentityStore {
    private final Pool pool;
    private final AccountStore accounts;
    private final SessionStore sessions;

    IdentityStore(Pool pool, AccountStore accounts, SessionStore sessions) {
        this.pool = pool;
        this.accounts = accounts;
        this.sessions = sessions;
    }

    /** Somebody an account is at a provider. */
    record Linked(UUID id, String issuer, Instant linkedAt) {}

    /** The account somebody at a provider has, and which password counts there at this moment. */
    record Owner(UUID userId, int passwordVersion) {}

    Future<Optional<Owner>> owner(ProviderIdentity who) {
        return pool.preparedQuery("""
                        select a.id, a.password_version from identity i join account a on a.id = i.user_id
                        where i.issuer = $1 and i.subject = $2 and a.erased_at is null
                        """)
                .execute(Tuple.of(who.issuer(), who.subject()))
                .map(rows -> AccountStore.first(rows)
                        .map(row -> new Owner(row.getUUID("id"), row.getInteger("password_version"))));
    }

    Future<List<Linked>> of(UUID userId) {
        return pool.preparedQuery(
                        "select id, issuer, linked_at from identity where user_id = $1 order by linked_at, id")
                .execute(Tuple.of(userId))
                .map(rows ->
                        AccountStore.stream(rows).map(IdentityStore::linked).toList());
    }

    /**
     * Links an account with somebody at a provider, if this session of it goes on; linked already, it stays so. Empty: the
     * session has ended or the account been closed. Fails with {@link Problem} CONFLICT {@code identity-taken} if either is
     * linked otherwise.
     */
    Future<Optional<Linked>> link(UUID id, UUID userId, UUID session, ProviderIdentity who) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lock(tx, userId)
                                .compose(locked -> tx.preparedQuery(
                                                "select 1 from session where id = $1 and user_id = $2")
                                        .execute(Tuple.of(session, userId)))
                                .compose(alive -> alive.size() == 0
                                        ? Future.succeededFuture(Optional.<Linked>empty())
                                        : insert(tx, id, userId, who).map(Optional::of)))
                .recover(failure -> Future.failedFuture(Postgres.isUniqueViolation(failure) ? taken() : failure));
    }

    /** Within the transaction that has the account's lock. Fails with {@link Problem} CONFLICT {@code identity-taken}. */
    static Future<Linked> insert(SqlConnection tx, UUID id, UUID userId, ProviderIdentity who) {
        return tx.preparedQuery("""
                        insert into identity as i (id, user_id, issuer, subject) values ($1, $2, $3, $4)
                        on conflict (issuer, subject) do update set linked_at = i.linked_at where i.user_id = $2
                        returning id, issuer, linked_at
                        """)
                .execute(Tuple.of(id, userId, who.issuer(), who.subject()))
                .map(rows -> AccountStore.first(rows).map(IdentityStore::linked).orElseThrow(IdentityStore::taken));
    }

    private static Problem taken() {
        return Problem.conflict(
                "identity-taken",
                "Another account is linked with this sign-in, or this account with another one of the provider."
                        + " Unlink that first.");
    }

    /**
     * Unlinks an account from somebody at a provider, and ends all sessions but one: any of them may be of who came in that
     * way, or be about to. False: there is no such link. Fails with {@link Problem} CONFLICT {@code last-credential} if
     * nobody could sign in any more.
     */
    Future<Boolean> unlink(UUID userId, UUID id, UUID keepSession) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lock(tx, userId)
                                .compose(row -> row.isEmpty()
                                        ? Future.succeededFuture(false)
                                        : unlink(tx, row.get(), id, keepSession)))
                .onSuccess(unlinked -> {
                    if (unlinked) accounts.ring();
                });
    }

    private Future<Boolean> unlink(SqlConnection tx, Row account, UUID id, UUID keepSession) {
        var userId = account.getUUID("id");
        return tx.preparedQuery("select id from identity where user_id = $1")
                .execute(Tuple.of(userId))
                .compose(rows -> {
                    var linked = AccountStore.stream(rows)
                            .map(row -> row.getUUID("id"))
                            .toList();
                    if (!linked.contains(id)) return Future.succeededFuture(false);
                    if (linked.size() == 1 && account.getString("password_hash") == null) {
                        return Future.failedFuture(lastCredential());
                    }
                    return tx.preparedQuery("delete from identity where id = $1")
                            .execute(Tuple.of(id))
                            .compose(gone -> tx.preparedQuery(
                                            "update account set password_version = password_version + 1 where id = $1")
                                    .execute(Tuple.of(userId)))
                            .compose(raised -> sessions.endAll(tx, userId, keepSession, Reason.IDENTITY_UNLINKED))
                            .map(true);
                });
    }

    private static Problem lastCredential() {
        return Problem.conflict(
                "last-credential", "This is the only way into the account. Close the account, or keep the link.");
    }

    private static Linked linked(Row row) {
        return new Linked(
                row.getUUID("id"),
                row.getString("issuer"),
                row.getOffsetDateTime("linked_at").toInstant());
    }
}
