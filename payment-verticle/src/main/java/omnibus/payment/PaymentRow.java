package omnibus.payment;

import io.vertx.sqlclient.Row;
import java.util.UUID;
import omnibus.payment.model.Funds;
import omnibus.payment.model.Payment;
import omnibus.payment.model.PaymentStatus;
import omnibus.payment.model.ProviderCall;
import omnibus.payment.model.Reason;
import omnibus.payment.model.Standing;
import omnibus.payment.model.Step;

/** Rows as values. */
final class PaymentRow {
    private PaymentRow() {}

    static Payment read(Row row) {
        return read(row, row.getUUID("id"));
    }

    static Payment read(Row row, UUID id) {
        var reason = row.getString("reason_code") == null
                ? null
                : new Reason(row.getString("reason_code"), row.getString("reason_detail"));
        return new Payment(
                id,
                row.getUUID("order_id"),
                row.getUUID("user_id"),
                row.getString("payment_method"),
                new Funds(
                        row.getLong("amount"),
                        row.getString("currency"),
                        row.getLong("captured"),
                        row.getLong("refunded"),
                        row.getLong("refunding")),
                new Standing(
                        PaymentStatus.valueOf(row.getString("status")),
                        row.getString("provider_ref"),
                        row.getString("open_step") == null ? null : Step.valueOf(row.getString("open_step")),
                        row.getBoolean("cancel_requested"),
                        reason,
                        row.getString("review")),
                row.getLong("epoch"),
                row.getLong("version"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant());
    }

    static ProviderCall call(Row row) {
        return new ProviderCall(
                row.getUUID("call_id"),
                row.getUUID("payment_id"),
                row.getUUID("order_id"),
                Step.valueOf(row.getString("step")),
                row.getString("key"),
                row.getLong("call_amount"),
                row.getUUID("refund_id"),
                row.getString("ref"));
    }
}
