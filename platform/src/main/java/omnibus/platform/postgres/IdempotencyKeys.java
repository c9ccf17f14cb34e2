package omnibus.platform.postgres;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Problem;
import omnibus.platform.call.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Idempotency keys (draft-ietf-httpapi-idempotency-key-header), kept for 24 h in the same transaction as the effect: a
 * key exists exactly when its effect does, so a refused request leaves none behind. A key belongs to one user.
 */
public final class IdempotencyKeys {
    /** Far within what a statement may take. */
    static final int FORGOTTEN_AT_ONCE = 5_000;

    private static final long HOUR_MILLIS = 3_600_000;
    private static final Logger LOG = LoggerFactory.getLogger(IdempotencyKeys.class);

    private IdempotencyKeys() {}

    /** Deletes each hour, for as long as the verticle that asks is deployed, what nobody can use any more. */
    public static void forgetHourly(Vertx vertx, Pool pool) {
        vertx.setPeriodic(
                HOUR_MILLIS,
                tick -> forgetOld(pool)
                        .onFailure(
                                failure -> LOG.warn("old idempotency keys are not forgotten: {}", failure.toString())));
    }

    /** Some in each statement; instances that do it at the same time share the work. */
    static Future<Void> forgetOld(Pool pool) {
        return pool.preparedQuery("""
                        delete from idempotency_key k using (
                          select user_id, key from idempotency_key where created_at < now() - interval '25 hours'
                          order by created_at limit $1 for update skip locked
                        ) old where k.user_id = old.user_id and k.key = old.key
                        """)
                .execute(Tuple.of(FORGOTTEN_AT_ONCE))
                .compose(rows -> rows.rowCount() < FORGOTTEN_AT_ONCE ? Future.succeededFuture() : forgetOld(pool));
    }

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

    /**
     * Claims the keys of several calls, all different, for the resources they make. Answers the resources whose key is
     * new; for the others {@link #find} tells what they made. Keys are claimed in one order everywhere, so that instances
     * which claim at the same time do not wait for each other in a circle.
     */
    public static Future<Set<String>> claimAll(SqlConnection transaction, Map<String, Call> callsByResource) {
        var resources = callsByResource.keySet().toArray(String[]::new);
        var calls = List.copyOf(callsByResource.values());
        return transaction
                .preparedQuery("""
                        insert into idempotency_key as k (user_id, key, fingerprint, resource)
                        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
                          as claim(user_id, key, fingerprint, resource)
                        order by user_id, key
                        on conflict (user_id, key) do update
                          set fingerprint = excluded.fingerprint, resource = excluded.resource, created_at = now()
                          where k.created_at < now() - interval '24 hours'
                        returning resource
                        """)
                .execute(Tuple.of(
                        users(calls),
                        keys(calls),
                        calls.stream().map(Call::fingerprint).toArray(String[]::new),
                        resources))
                .recover(IdempotencyKeys::stillOpen)
                .map(claimed -> {
                    var fresh = new HashSet<String>();
                    for (var row : claimed) fresh.add(row.getString("resource"));
                    return fresh;
                });
    }

    /** Gives back keys that were claimed in this transaction for something that then was not made. */
    public static Future<Void> giveBack(SqlConnection transaction, Collection<Call> calls) {
        return transaction
                .preparedQuery("""
                        delete from idempotency_key k using unnest($1::uuid[], $2::text[]) as claim(user_id, key)
                        where k.user_id = claim.user_id and k.key = claim.key
                        """)
                .execute(Tuple.from(List.of(users(calls), keys(calls))))
                .mapEmpty();
    }

    private static UUID[] users(Collection<Call> calls) {
        return calls.stream().map(call -> call.identity().requireUser()).toArray(UUID[]::new);
    }

    private static String[] keys(Collection<Call> calls) {
        return calls.stream().map(call -> call.idempotencyKey().orElseThrow()).toArray(String[]::new);
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
