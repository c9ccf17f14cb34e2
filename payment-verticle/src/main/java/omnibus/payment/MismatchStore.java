package omnibus.payment;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the reconciler could not repair, for those who can. */
final class MismatchStore {
    /** As it is shown to administrators; {@code resolvedAt} is {@code null} while it lasts. */
    record Mismatch(
            UUID id,
            String kind,
            String providerRef,
            UUID paymentId,
            UUID orderId,
            String detail,
            Instant firstSeenAt,
            Instant lastSeenAt,
            Instant resolvedAt) {}

    private final Pool pool;

    MismatchStore(Pool pool) {
        this.pool = pool;
    }

    /** The newest first: ids are UUIDv7. @param resolved only those that are, or only those that are not */
    Future<List<Mismatch>> page(Optional<Boolean> resolved, Optional<UUID> before, int limit) {
        return pool.preparedQuery("""
                        select id, kind, provider_ref, payment_id, order_id, detail, first_seen_at, last_seen_at, resolved_at
                        from mismatch
                        where ($1::boolean is null or (resolved_at is not null) = $1) and ($2::uuid is null or id < $2)
                        order by id desc limit $3
                        """)
                .execute(Tuple.of(resolved.orElse(null), before.orElse(null), limit))
                .map(rows -> {
                    var page = new ArrayList<Mismatch>();
                    for (var row : rows) page.add(mismatch(row));
                    return page;
                });
    }

    private static Mismatch mismatch(Row row) {
        return new Mismatch(
                row.getUUID("id"),
                row.getString("kind"),
                row.getString("provider_ref"),
                row.getUUID("payment_id"),
                row.getUUID("order_id"),
                row.getString("detail"),
                time(row.getOffsetDateTime("first_seen_at")),
                time(row.getOffsetDateTime("last_seen_at")),
                time(row.getOffsetDateTime("resolved_at")));
    }

    private static Instant time(OffsetDateTime time) {
        return time == null ? null : time.toInstant().truncatedTo(ChronoUnit.MILLIS);
    }
}
