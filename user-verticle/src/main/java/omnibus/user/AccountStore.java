package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import omnibus.platform.events.Event;
import omnibus.platform.postgres.EventLog;
import omnibus.user.model.Account;
import omnibus.user.model.Credential;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.Role;
import omnibus.user.model.UserEvent;

/** Reads accounts, and locks them for whoever changes something of theirs. */
final class AccountStore {
    static final String COLUMNS = "a.id, a.email, a.name, a.roles, a.created_at, a.password_hash, a.password_version";

    private final Pool pool;
    private final EventLog log;

    AccountStore(Pool pool, EventLog log) {
        this.pool = pool;
        this.log = log;
    }

    Future<Optional<Account>> find(UUID id) {
        return pool.preparedQuery("select " + COLUMNS + " from account a where id = $1 and erased_at is null")
                .execute(Tuple.of(id))
                .map(rows -> first(rows).map(AccountStore::account));
    }

    /** Empty: there is no such account, or it has no password. */
    Future<Optional<Credential>> credential(UUID id) {
        return pool.preparedQuery("select " + COLUMNS + " from account a where id = $1 and erased_at is null")
                .execute(Tuple.of(id))
                .map(rows -> first(rows).flatMap(AccountStore::credential));
    }

    Future<Boolean> isTaken(String email) {
        return pool.preparedQuery("select 1 from account where lower(email) = lower($1)")
                .execute(Tuple.of(email))
                .map(rows -> rows.size() > 0);
    }

    Future<Boolean> hasAdmin() {
        return pool.query("select 1 from account where 'admin' = any (roles) limit 1")
                .execute()
                .map(rows -> rows.size() > 0);
    }

    /** Accounts older than the one at this place, newest first. */
    Future<List<Account>> page(OffsetDateTime createdBefore, UUID idBefore, int limit) {
        return pool.preparedQuery("""
                        select %s from account a
                        where erased_at is null and (created_at, id) < ($1, $2)
                        order by created_at desc, id desc
                        limit $3
                        """.formatted(COLUMNS))
                .execute(Tuple.of(createdBefore, idBefore, limit))
                .map(rows -> stream(rows).map(AccountStore::account).toList());
    }

    /** Locks an account; with it everything of that account is locked. Erased ones are not found. */
    Future<Optional<Row>> lock(SqlConnection tx, UUID id) {
        return tx.preparedQuery("""
                        select %s, clock_timestamp() as now from account a
                        where id = $1 and erased_at is null
                        for no key update
                        """.formatted(COLUMNS)).execute(Tuple.of(id)).map(AccountStore::first);
    }

    /** Locks every administrator, so that nobody else can make one of them the last. To be called before {@link #lock}. */
    Future<Set<UUID>> lockAdmins(SqlConnection tx) {
        return tx.query("select id from account where 'admin' = any (roles) order by id for no key update")
                .execute()
                .map(rows -> {
                    var ids = new HashSet<UUID>();
                    rows.forEach(row -> ids.add(row.getUUID("id")));
                    return ids;
                });
    }

    /** Adds a fact about a locked account to the log. */
    Future<Void> record(SqlConnection tx, UserEvent fact) {
        return tx.preparedQuery("update account set version = version + 1 where id = $1 returning version")
                .execute(Tuple.of(fact.userId()))
                .map(rows -> rows.iterator().next().getLong("version"))
                .compose(version -> log.append(
                        tx, List.of(Event.of(fact.type(), fact.userId().toString(), version, fact))));
    }

    /** Tells followers of the log. To be called after commit. */
    void ring() {
        log.ring();
    }

    static Account account(Row row) {
        return new Account(
                row.getUUID("id"),
                row.getString("email"),
                row.getString("name"),
                Role.ofAll(List.of(row.getArrayOfStrings("roles"))),
                row.getOffsetDateTime("created_at").toInstant());
    }

    /** Empty: this account's owner signs in with a provider. */
    static Optional<Credential> credential(Row row) {
        return Optional.ofNullable(row.getString("password_hash"))
                .map(hash -> new Credential(PasswordHash.parse(hash), row.getInteger("password_version")));
    }

    static Optional<Row> first(RowSet<Row> rows) {
        return stream(rows).findFirst();
    }

    static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }
}
