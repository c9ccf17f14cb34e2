package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;

/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header), kept for 24 h in the same transaction as the effect: a
 * key exists exactly when its effect does, so a refused request leaves none behind. A key belongs to one user.
 */
public final class IdempotencyKeys {
    private IdempotencyKeys() {}

    /**
     * Claims the call's key for {@code resource} within the transaction that makes it. Empty: the key is new. Present:
     * the resource the first request made, to be shown as it is now. Throws {@link Problem} 422 when the key belongs to
     * another request, 409 {@code request-in-progress} while the first one's transaction is open.
     */
    public static Future<Optional<String>> claim(SqlConnection transaction, Call call, String resource) {
        var user = call.identity().requireUser();
        var key = call.idempotencyKey().orElseThrow();
        return transaction
                .preparedQuery("""
                        insert into idempotency_key as k (user_id, key, fingerprint, resource)
                        values ($1, $2, $3, $4)
                        on conflict (user_id, key) do update
                          set fingerprint = excluded.fingerprint, resource = excluded.resource, created_at = now()
                          where k.created_at < now() - interval '24 hours'
                        returning resource
                        """)
                .execute(Tuple.of(user, key, call.fingerprint(), resource))
                .recover(IdempotencyKeys::stillOpen)
                .compose(claimed ->
                        claimed.rowCount() == 1 ? Future.succeededFuture(Optional.empty()) : find(transaction, call));
    }

    /** The resource an earlier request with this key made, if there was one: to be asked before any work is done. */
    public static Future<Optional<String>> find(io.vertx.sqlclient.SqlClient client, Call call) {
        return client.preparedQuery("""
                        select fingerprint, resource from idempotency_key
                        where user_id = $1 and key = $2 and created_at >= now() - interval '24 hours'
                        """)
                .execute(Tuple.of(
                        call.identity().requireUser(), call.idempotencyKey().orElseThrow()))
                .map(rows -> {
                    for (var row : rows) {
                        if (!row.getString("fingerprint").equals(call.fingerprint())) throw Problem.keyReused();
                        return Optional.of(row.getString("resource"));
                    }
                    return Optional.empty();
                });
    }

    private static <T> Future<T> stillOpen(Throwable failure) {
        if (failure instanceof PgException sql && "55P03".equals(sql.getSqlState())) {
            return Future.failedFuture(Problem.conflict(
                    "request-in-progress",
                    "The first request with this Idempotency-Key is still under way. Repeat it in a moment."));
        }
        return Future.failedFuture(failure);
    }
}
