package omnibus.chaos.facts;

import static omnibus.chaos.facts.Rows.id;
import static omnibus.chaos.facts.Rows.word;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The tables of {@code payment/migrations}. */
final class PaymentReader {
    private PaymentReader() {}

    static PaymentFacts read(Connection connection) throws SQLException {
        return new PaymentFacts(
                payments(connection),
                refunds(connection),
                calls(connection),
                journals(connection),
                Rows.log(connection, "captured", "refunded"));
    }

    private static List<PaymentFacts.Payment> payments(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                """
                select id, order_id, user_id, amount, currency, captured, refunded, refunding, status, provider_ref,
                       open_step, review, epoch
                from payment
                """,
                row -> new PaymentFacts.Payment(
                        id(row, 1),
                        id(row, 2),
                        id(row, 3),
                        row.getLong(4),
                        word(row, 5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        word(row, 9),
                        row.getString(10),
                        word(row, 11),
                        row.getString(12),
                        row.getLong(13)));
    }

    private static List<PaymentFacts.Refund> refunds(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select id, payment_id, amount, status, provider_ref from refund",
                row -> new PaymentFacts.Refund(id(row, 1), id(row, 2), row.getLong(3), word(row, 4), row.getString(5)));
    }

    private static List<PaymentFacts.Call> calls(Connection connection) throws SQLException {
        return Rows.list(
                connection,
                "select id, order_id, step, key, state from provider_call",
                row -> new PaymentFacts.Call(id(row, 1), id(row, 2), word(row, 3), row.getString(4), word(row, 5)));
    }

    private static List<PaymentFacts.Journal> journals(Connection connection) throws SQLException {
        var postings = Rows.grouped(
                connection,
                "select journal_id, account, amount from ledger_posting order by journal_id, amount desc",
                row -> new PaymentFacts.Posting(word(row, 2), row.getLong(3)));
        return Rows.list(connection, "select id, payment_id, about from ledger_journal", row -> {
            var journal = id(row, 1);
            return new PaymentFacts.Journal(
                    journal, id(row, 2), row.getString(3), postings.getOrDefault(journal, List.of()));
        });
    }
}
