package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import omnibus.platform.Ids;
import omnibus.platform.postgres.Postgres;
import omnibus.user.model.Account;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.Session;
import omnibus.user.model.Subject;
import omnibus.user.model.UserEvent.Reason;
import omnibus.user.model.UserEvent.SessionsEnded;

/** Sessions, and the ids of those that have ended. A session ends by being deleted: nothing is left to be used again. */
final class SessionStore {
    /** More than all devices of one person; signing in once more ends the session unused for longest. */
    static final int SESSIONS_KEPT = 50;

    private static final int KNOWN_ADDRESSES_KEPT = 20;

    private final Pool pool;
    private final AccountStore accounts;

    SessionStore(Pool pool, AccountStore accounts) {
        this.pool = pool;
        this.accounts = accounts;
    }

    /** A password that was found right: for which version of it, and its hash with newer parameters, if it needs one. */
    record Proof(UUID userId, int passwordVersion, Optional<PasswordHash> rehashed) {}

    /** What using a refresh token led to, and for whom. */
    record Used(Account account, Session session, Session.Use use) {}

    record EndedSession(UUID session, Instant endedAt) {}

    /** @param asOf to ask from the next time; lies back for as long as a commit may take */
    record EndedSessions(List<EndedSession> sessions, Instant asOf) {}

    /** Saves a new session, unless the password has been changed or the account closed since it was proven: then empty. */
    Future<Optional<Account>> open(Proof proof, Optional<Subject> address, Function<Instant, Session> begin) {
        // No ring of the log: that a session made room is rare, and may be learnt of at the next poll.
        return Postgres.transaction(
                pool,
                tx -> accounts.lock(tx, proof.userId())
                        .compose(row ->
                                row.isEmpty() || row.get().getInteger("password_version") != proof.passwordVersion()
                                        ? Future.succeededFuture(Optional.<Account>empty())
                                        : rehash(tx, proof)
                                                .compose(done -> remember(tx, proof.userId(), address))
                                                .compose(done -> makeRoom(tx, proof.userId()))
                                                .compose(done -> insert(tx, begin.apply(now(row.get()))))
                                                .map(done -> row.map(AccountStore::account))));
    }

    private static Future<?> rehash(SqlConnection tx, Proof proof) {
        if (proof.rehashed().isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("update account set password_hash = $2 where id = $1")
                .execute(Tuple.of(proof.userId(), proof.rehashed().get().reveal()));
    }

    private static Future<?> remember(SqlConnection tx, UUID userId, Optional<Subject> address) {
        if (address.isEmpty()) return Future.succeededFuture();
        return tx.preparedQuery("""
                        insert into known_address (user_id, address, last_used_at) values ($1, $2, clock_timestamp())
                        on conflict (user_id, address) do update set last_used_at = excluded.last_used_at
                        """)
                .execute(Tuple.of(userId, address.get().key()))
                .compose(added -> tx.preparedQuery("""
                                delete from known_address where (user_id, address) in (
                                  select user_id, address from known_address where user_id = $1
                                  order by last_used_at desc offset $2)
                                """).execute(Tuple.of(userId, KNOWN_ADDRESSES_KEPT)));
    }

    private Future<?> makeRoom(SqlConnection tx, UUID userId) {
        return tx.preparedQuery("delete from session where user_id = $1 and expires_at <= clock_timestamp()")
                .execute(Tuple.of(userId))
                .compose(expired -> end(
                        tx,
                        userId,
                        Reason.TOO_MANY_SESSIONS,
                        "id in (select id from session where user_id = $1 order by last_used_at desc offset $2)",
                        SESSIONS_KEPT - 1));
    }

    private static Future<?> insert(SqlConnection tx, Session session) {
        return tx.preparedQuery("""
                        insert into session (id, user_id, family, token, created_at, last_used_at, expires_at)
                        values ($1, $2, $3, $4, $5, $6, $7)
                        """)
                .execute(Tuple.of(
                        session.id(),
                        session.userId(),
                        session.family(),
                        session.token(),
                        utc(session.createdAt()),
                        utc(session.lastUsedAt()),
                        utc(session.expiresAt())));
    }

    /**
     * Lets the session of this family decide, by the database's clock and under its account's lock, what the use of a
     * token leads to, and saves that. Empty: there is no such session.
     */
    Future<Optional<Used>> use(String family, BiFunction<Session, Instant, Session.Use> decide) {
        return Postgres.transaction(
                        pool,
                        tx -> ownerOf(tx, family)
                                .compose(account -> account.isEmpty()
                                        ? Future.succeededFuture(Optional.<Used>empty())
                                        : read(tx, family)
                                                .compose(row -> row.isEmpty()
                                                        ? Future.succeededFuture(Optional.<Used>empty())
                                                        : decided(tx, account.get(), row.get(), decide))))
                .onSuccess(used ->
                        used.filter(one -> one.use() instanceof Session.Reused).ifPresent(ended -> accounts.ring()));
    }

    /** Whether this user began this session, which still goes on, no longer ago than that. */
    Future<Boolean> begunWithin(Duration time, UUID userId, UUID session) {
        return pool.preparedQuery("""
                        select 1 from session
                        where id = $1 and user_id = $2 and created_at > clock_timestamp() - make_interval(secs => $3)
                        """)
                .execute(Tuple.of(session, userId, (double) time.toSeconds()))
                .map(rows -> rows.size() > 0);
    }

    private Future<Optional<Account>> ownerOf(SqlConnection tx, String family) {
        return tx.preparedQuery("select user_id from session where family = $1")
                .execute(Tuple.of(family))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(Optional.<Row>empty())
                        : accounts.lock(tx, rows.iterator().next().getUUID("user_id")))
                .map(row -> row.map(AccountStore::account));
    }

    private static Future<Optional<Row>> read(SqlConnection tx, String family) {
        return tx.preparedQuery("select *, clock_timestamp() as now from session where family = $1")
                .execute(Tuple.of(family))
                .map(AccountStore::first);
    }

    private Future<Optional<Used>> decided(
            SqlConnection tx, Account account, Row row, BiFunction<Session, Instant, Session.Use> decide) {
        var session = session(row);
        var use = decide.apply(session, now(row));
        Future<?> saved = Future.succeededFuture();
        if (use instanceof Session.Renewed renewed) saved = save(tx, renewed.session());
        if (use instanceof Session.Reused) saved = end(tx, account.id(), Reason.TOKEN_REUSED, "id = $2", session.id());
        return saved.map(done -> Optional.of(new Used(account, session, use)));
    }

    private static Future<?> save(SqlConnection tx, Session session) {
        return tx.preparedQuery("""
                        update session set token = $2, previous = $3, nonce = $4, last_used_at = $5, expires_at = $6
                        where id = $1
                        """)
                .execute(Tuple.of(
                        session.id(),
                        session.token(),
                        session.previous(),
                        session.nonce(),
                        utc(session.lastUsedAt()),
                        utc(session.expiresAt())));
    }

    /** Ends this family, if it is this user's. */
    Future<Void> close(UUID userId, String family) {
        return Postgres.transaction(
                        pool,
                        tx -> accounts.lock(tx, userId)
                                .compose(row -> row.isEmpty()
                                        ? Future.succeededFuture(false)
                                        : end(tx, userId, Reason.LOGOUT, "family = $2", family)))
                .onSuccess(ended -> {
                    if (ended) accounts.ring();
                })
                .mapEmpty();
    }

    /** Ends all sessions of a locked account but the one to keep, which may be null. */
    Future<Void> endAll(SqlConnection tx, UUID userId, UUID keep, Reason reason) {
        return end(tx, userId, reason, "id is distinct from $2", keep).mapEmpty();
    }

    /** Ends those sessions of a locked account that fulfil a condition on one value, {@code $2}. False: there were none. */
    private Future<Boolean> end(SqlConnection tx, UUID userId, Reason reason, String which, Object value) {
        return tx.preparedQuery("""
                        with ended as (delete from session where user_id = $1 and %s returning id)
                        insert into ended_session (session, ended_at)
                        select id, clock_timestamp() from ended returning session
                        """.formatted(which))
                .execute(Tuple.of(userId, value))
                .map(rows -> AccountStore.stream(rows)
                        .map(row -> row.getUUID("session"))
                        .toList())
                .compose(ended -> recordEnd(tx, userId, ended, reason).map(!ended.isEmpty()));
    }

    private Future<Void> recordEnd(SqlConnection tx, UUID userId, List<UUID> ended, Reason reason) {
        if (ended.isEmpty()) return Future.succeededFuture();
        return accounts.record(tx, new SessionsEnded(userId, ended, reason.code()));
    }

    /**
     * Gives the sessions of a locked account new ids and ends the old ones: access tokens, which carry the id and roles
     * that no longer hold, stop counting, while the refresh tokens go on.
     */
    Future<Void> renewIds(SqlConnection tx, UUID userId, Reason reason) {
        return tx.preparedQuery("select id from session where user_id = $1")
                .execute(Tuple.of(userId))
                .map(rows ->
                        AccountStore.stream(rows).map(row -> row.getUUID("id")).toList())
                .compose(old -> replaceIds(tx, old).compose(replaced -> recordEnd(tx, userId, old, reason)));
    }

    private static Future<?> replaceIds(SqlConnection tx, List<UUID> old) {
        var fresh = old.stream().map(id -> Ids.next()).toArray(UUID[]::new);
        return tx.preparedQuery("""
                        with pair as (select * from unnest($1::uuid[], $2::uuid[]) as p(old_id, new_id)),
                             ended as (insert into ended_session (session, ended_at)
                                       select old_id, clock_timestamp() from pair)
                        update session set id = pair.new_id from pair where session.id = pair.old_id
                        """)
                .execute(Tuple.tuple().addArrayOfUUID(old.toArray(UUID[]::new)).addArrayOfUUID(fresh));
    }

    /** What has ended since then, at most within the last 20 minutes: no access token lives that long. */
    Future<EndedSessions> ended(Optional<Instant> since) {
        return pool.preparedQuery("""
                        select c.now - interval '30 seconds' as as_of, e.session, e.ended_at
                        from (select clock_timestamp() as now) c
                        left join ended_session e
                          on e.ended_at >= greatest($1::timestamptz, c.now - interval '20 minutes')
                        order by e.ended_at
                        """)
                .execute(Tuple.of(since.map(SessionStore::utc).orElse(null)))
                .map(rows -> new EndedSessions(
                        AccountStore.stream(rows)
                                .filter(row -> row.getUUID("session") != null)
                                .map(row -> new EndedSession(row.getUUID("session"), instant(row, "ended_at")))
                                .toList(),
                        instant(rows.iterator().next(), "as_of")));
    }

    /** Removes what nobody will ask for any more. */
    Future<Void> prune() {
        return pool.query("delete from ended_session where ended_at < now() - interval '1 hour'")
                .execute()
                .compose(done -> pool.query("delete from session where expires_at < now()")
                        .execute())
                .mapEmpty();
    }

    private static Session session(Row row) {
        return new Session(
                row.getUUID("id"),
                row.getUUID("user_id"),
                row.getString("family"),
                row.getString("token"),
                row.getString("previous"),
                row.getString("nonce"),
                instant(row, "created_at"),
                instant(row, "last_used_at"),
                instant(row, "expires_at"));
    }

    private static Instant now(Row row) {
        return instant(row, "now");
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
