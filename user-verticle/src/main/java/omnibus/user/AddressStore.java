package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.postgres.Postgres;
import omnibus.user.model.Address;

/** Address books. */
final class AddressStore {
    private final Pool pool;
    private final AccountStore accounts;

    AddressStore(Pool pool, AccountStore accounts) {
        this.pool = pool;
        this.accounts = accounts;
    }

    /** An address and its place in the list. */
    record Listed(Address address, OffsetDateTime createdAt) {}

    /** What came of adding one. */
    enum Added {
        ADDED,
        BOOK_IS_FULL,
        NO_ACCOUNT
    }

    /** Addresses older than the one at this place, newest first. */
    Future<List<Listed>> page(UUID userId, OffsetDateTime createdBefore, UUID idBefore, int limit) {
        return pool.preparedQuery("""
                        select * from address
                        where user_id = $1 and (created_at, id) < ($2, $3)
                        order by created_at desc, id desc
                        limit $4
                        """)
                .execute(Tuple.of(userId, createdBefore, idBefore, limit))
                .map(rows -> AccountStore.stream(rows)
                        .map(row -> new Listed(address(row), row.getOffsetDateTime("created_at")))
                        .toList());
    }

    Future<Optional<Address>> find(UUID userId, UUID id) {
        return pool.preparedQuery("select * from address where id = $1 and user_id = $2")
                .execute(Tuple.of(id, userId))
                .map(rows -> AccountStore.first(rows).map(AddressStore::address));
    }

    /** Adds to the book unless it has {@code limit} addresses; the account's lock makes the count right. */
    Future<Added> insert(UUID userId, Address address, int limit) {
        return Postgres.transaction(
                pool,
                tx -> accounts.lock(tx, userId)
                        .compose(row -> row.isEmpty()
                                ? Future.succeededFuture(Added.NO_ACCOUNT)
                                : tx.preparedQuery("select count(*) as kept from address where user_id = $1")
                                        .execute(Tuple.of(userId))
                                        .map(rows -> rows.iterator().next().getLong("kept"))
                                        .compose(kept -> kept >= limit
                                                ? Future.succeededFuture(Added.BOOK_IS_FULL)
                                                : insert(tx, userId, address).map(Added.ADDED))));
    }

    private static Future<?> insert(SqlConnection tx, UUID userId, Address address) {
        return tx.preparedQuery("""
                        insert into address (id, user_id, name, line1, line2, city, postal_code, region, country)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                        """).execute(tuple(userId, address));
    }

    /** False: this user has no such address. */
    Future<Boolean> update(UUID userId, Address address) {
        return pool.preparedQuery("""
                        update address
                        set name = $3, line1 = $4, line2 = $5, city = $6, postal_code = $7, region = $8, country = $9
                        where id = $1 and user_id = $2
                        """).execute(tuple(userId, address)).map(rows -> rows.rowCount() > 0);
    }

    /** False: this user has no such address. */
    Future<Boolean> delete(UUID userId, UUID id) {
        return pool.preparedQuery("delete from address where id = $1 and user_id = $2")
                .execute(Tuple.of(id, userId))
                .map(rows -> rows.rowCount() > 0);
    }

    private static Tuple tuple(UUID userId, Address address) {
        return Tuple.of(
                address.id(),
                userId,
                address.name(),
                address.line1(),
                address.line2(),
                address.city(),
                address.postalCode(),
                address.region(),
                address.country());
    }

    private static Address address(Row row) {
        return new Address(
                row.getUUID("id"),
                row.getString("name"),
                row.getString("line1"),
                row.getString("line2"),
                row.getString("city"),
                row.getString("postal_code"),
                row.getString("region"),
                row.getString("country"));
    }
}
