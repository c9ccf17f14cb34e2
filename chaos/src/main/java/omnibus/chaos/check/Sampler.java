package omnibus.chaos.check;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import omnibus.chaos.facts.Databases;

/**
 * Looks at the stores while the shop works, when asked to. What must hold at every moment is asked of one snapshot of one
 * store; what an order has been shown to be is looked for in the other stores afterwards, where it must be by then. A
 * store that does not answer is a sample missed and no violation. Used by one thread.
 */
public final class Sampler implements AutoCloseable {
    /** A store that is frozen must not freeze who samples. */
    private static final int PATIENCE_MILLIS = 5_000;

    /** Orders whose change became visible only after the last look have an earlier time: a transaction's is its start. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);

    private final Path home;
    private final Map<String, Connection> connections = new HashMap<>();
    private final Map<String, Long> checked = new HashMap<>();
    private final Set<Violation> violations = new LinkedHashSet<>();
    private long samples;
    private long missed;
    private long lookedNanos;

    /** @param home of the shop that works */
    public Sampler(Path home) {
        this.home = home;
        this.lookedNanos = System.nanoTime();
    }

    /** Takes one sample. */
    public void sample() {
        var now = System.nanoTime();
        try {
            sampleStock();
            sampleLedger(since(now));
            sampleEnded(since(now));
            samples++;
            lookedNanos = now;
        } catch (IOException | SQLException away) {
            missed++;
            close();
        }
    }

    /** Seconds back from the databases' present that have not been looked at. */
    private long since(long now) {
        return Duration.ofNanos(now - lookedNanos).plus(OVERLAP).toSeconds();
    }

    /** All that was seen so far. */
    public Sampled sampled() {
        return new Sampled(samples, missed, Map.copyOf(checked), List.copyOf(violations));
    }

    private void sampleStock() throws IOException, SQLException {
        query("inventory", """
                select s.sku, s.on_hand, s.reserved, coalesce(a.units, 0)
                from stock s left join (
                  select l.sku, sum(l.quantity) as units
                  from reservation r join reservation_line l using (order_id)
                  where r.state = 'ACTIVE' group by l.sku) a using (sku)
                """, row -> {
            var sku = row.getString(1);
            var onHand = row.getInt(2);
            var reserved = row.getInt(3);
            var active = row.getInt(4);
            check(
                    "I4",
                    reserved >= 0 && reserved <= onHand,
                    sku,
                    "0 <= reserved <= on hand",
                    reserved + " reserved of " + onHand);
            check("I3", reserved == active, sku, "reserved for active orders " + active, "reserved " + reserved);
        });
    }

    private void sampleLedger(long seconds) throws IOException, SQLException {
        query("payment", """
                select j.about, coalesce(sum(p.amount), 0), count(p.amount)
                from ledger_journal j left join ledger_posting p on p.journal_id = j.id
                where j.booked_at >= now() - interval '%d seconds' group by j.about
                """.formatted(seconds), row -> {
            var sum = row.getLong(2);
            var balanced = sum == 0 && row.getLong(3) > 0;
            check("I1", balanced, row.getString(1), "postings that sum to 0", row.getLong(3) + " of " + sum);
        });
    }

    private record Ended(String status, long total) {
        boolean completed() {
            return !status.equals("REJECTED");
        }
    }

    private void sampleEnded(long seconds) throws IOException, SQLException {
        Map<UUID, Ended> ended = new HashMap<>();
        query(
                "order",
                """
                select id, status, total_minor from orders
                where status in ('CONFIRMED', 'SHIPPED', 'DELIVERED', 'REJECTED')
                  and updated_at >= now() - interval '%d seconds'
                """.formatted(seconds),
                row -> ended.put(row.getObject(1, UUID.class), new Ended(row.getString(2), row.getLong(3))));
        if (ended.isEmpty()) return;
        sampleReservations(ended);
        samplePayments(ended);
    }

    /** The shopper may have cancelled since; then what was sold is back. */
    private void sampleReservations(Map<UUID, Ended> ended) throws IOException, SQLException {
        var states = new HashMap<UUID, String>();
        query(
                "inventory",
                "select order_id, state from reservation where order_id = any (" + array(ended.keySet()) + ")",
                row -> states.put(row.getObject(1, UUID.class), row.getString(2)));
        ended.forEach((order, end) -> {
            var state = states.getOrDefault(order, "no");
            var sold = Set.of("COMMITTED", "RESTOCKED").contains(state);
            var held = Set.of("COMMITTED", "ACTIVE").contains(state);
            check(
                    "I8",
                    end.completed() ? sold : !held,
                    order.toString(),
                    end.status() + (end.completed() ? " with its stock committed" : " without stock"),
                    state + " reservation, when shown");
        });
    }

    private void samplePayments(Map<UUID, Ended> ended) throws IOException, SQLException {
        record Money(long captured, long kept) {}
        var payments = new HashMap<UUID, Money>();
        query(
                "payment",
                "select order_id, captured, captured - refunded from payment where order_id = any ("
                        + array(ended.keySet()) + ")",
                row -> payments.put(row.getObject(1, UUID.class), new Money(row.getLong(2), row.getLong(3))));
        ended.forEach((order, end) -> {
            var money = payments.getOrDefault(order, new Money(0, 0));
            check(
                    "I1",
                    end.completed() ? money.captured == end.total() : money.kept == 0,
                    order.toString(),
                    end.status() + (end.completed() ? " with " + end.total() + " captured" : " with 0 kept"),
                    money.captured + " captured, " + money.kept + " kept, when shown");
        });
    }

    private static String array(Set<UUID> ids) {
        var text = new StringBuilder("'{");
        ids.forEach(id -> text.append(text.length() > 2 ? "," : "").append(id));
        return text.append("}'::uuid[]").toString();
    }

    private void check(String invariant, boolean holds, String subject, String expected, String found) {
        checked.merge(invariant, 1L, Long::sum);
        if (!holds) violations.add(new Violation(invariant, subject, expected, found));
    }

    @FunctionalInterface
    private interface Reader {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String service, String sql, Reader reader) throws IOException, SQLException {
        var connection = connection(service);
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            while (rows.next()) reader.read(rows);
        }
        connection.rollback();
    }

    private Connection connection(String service) throws IOException, SQLException {
        var open = connections.get(service);
        if (open != null) return open;
        var connection = Databases.of(home).connect(service);
        connection.setNetworkTimeout(Runnable::run, PATIENCE_MILLIS);
        connections.put(service, connection);
        return connection;
    }

    @Override
    public void close() {
        connections.values().forEach(Sampler::close);
        connections.clear();
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException gone) {
            // Then there is nothing to close.
        }
    }
}
