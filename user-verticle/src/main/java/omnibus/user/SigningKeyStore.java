package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import omnibus.platform.postgres.Postgres;

/** The keys that sign access tokens, sealed ({@link KeySeal}) and shared by all instances. */
final class SigningKeyStore {
    private final Pool pool;

    SigningKeyStore(Pool pool) {
        this.pool = pool;
    }

    /**
     * A key as it is stored.
     *
     * @param signs may sign already; before, it is only shown
     * @param old has signed, or waited to sign, for longer than a key should
     */
    record StoredKey(String kid, byte[] sealed, boolean signs, boolean old) {}

    /** A key in the clear: PKCS#8. */
    record OpenKey(String kid, byte[] privateKey) {}

    /** Keys whose tokens count, newest first. */
    Future<List<StoredKey>> read(Duration rotation) {
        return pool.preparedQuery("""
                        select kid, private_key, signs_from <= now() as signs,
                               signs_from < now() - make_interval(secs => $1) as old
                        from signing_key
                        where valid_until is null or valid_until > now()
                        order by signs_from desc, kid desc
                        """)
                .execute(Tuple.of((double) rotation.toSeconds()))
                .map(rows -> AccountStore.stream(rows)
                        .map(row -> new StoredKey(
                                row.getString("kid"),
                                row.getBuffer("private_key").getBytes(),
                                row.getBoolean("signs"),
                                row.getBoolean("old")))
                        .toList());
    }

    /** Keys in the clear, those that count no more among them. Each begins as every DER sequence does; no seal does. */
    Future<List<OpenKey>> open() {
        return pool.query("select kid, private_key from signing_key where substring(private_key, 1, 1) = '\\x30'")
                .execute()
                .map(rows -> AccountStore.stream(rows)
                        .map(row -> new OpenKey(
                                row.getString("kid"),
                                row.getBuffer("private_key").getBytes()))
                        .toList());
    }

    /** Writes a sealed key over an open one. */
    Future<Void> seal(OpenKey open, byte[] sealed) {
        return pool.preparedQuery("update signing_key set private_key = $2 where kid = $1 and private_key = $3")
                .execute(Tuple.of(open.kid(), Buffer.buffer(sealed), Buffer.buffer(open.privateKey())))
                .mapEmpty();
    }

    /**
     * Adds a key that signs after {@code notice}, and lets the others expire {@code overlap} after that. Does nothing if
     * {@code newest} (null: none) is not the newest key any more: another instance was quicker. True: added.
     */
    Future<Boolean> add(String kid, byte[] sealed, String newest, Duration notice, Duration overlap) {
        return Postgres.transaction(
                pool,
                tx -> tx.query("select pg_advisory_xact_lock(hashtext('omnibus.user.keys'))")
                        .execute()
                        .compose(locked -> tx.query(
                                        "select kid from signing_key order by signs_from desc, kid desc limit 1")
                                .execute())
                        .map(rows -> AccountStore.first(rows)
                                .map(row -> row.getString("kid"))
                                .orElse(null))
                        .compose(found -> java.util.Objects.equals(found, newest)
                                ? insert(tx, kid, sealed, notice, overlap).map(true)
                                : Future.succeededFuture(false)));
    }

    private static Future<?> insert(SqlConnection tx, String kid, byte[] sealed, Duration notice, Duration overlap) {
        return tx.preparedQuery("""
                        update signing_key set valid_until = now() + make_interval(secs => $1) where valid_until is null
                        """)
                .execute(Tuple.of((double) notice.plus(overlap).toSeconds()))
                .compose(done -> tx.preparedQuery("""
                                insert into signing_key (kid, private_key, signs_from)
                                values ($1, $2, now() + make_interval(secs => $3))
                                """)
                        .execute(Tuple.of(kid, Buffer.buffer(sealed), (double) notice.toSeconds())));
    }

    /** Forgets keys whose last token has expired. */
    Future<Void> prune() {
        return pool.query("delete from signing_key where valid_until < now() - interval '1 day'")
                .execute()
                .mapEmpty();
    }
}
