package omnibus.chaos.drive;

import java.io.IOException;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import omnibus.chaos.facts.Databases;

/** The orders as the order service's own database has them. While that is away nothing is known. */
final class Backlog {
    private static final String UNFINISHED = """
            select count(*) from saga where state not in ('DONE', 'REVIEW')""";
    private static final String BY_STATUS = """
            select case when s.state = 'REVIEW' then 'REVIEW' else o.status end as status, count(*)
              from orders o join saga s on s.order_id = o.id group by 1 order by 1""";
    /** From when an order could first be worked on undisturbed (placed, cancelled, or the faults over) until its saga's end. */
    private static final String SLOWEST_END = """
            select coalesce(max(extract(epoch from s.step_at - greatest(o.created_at, ?, (
                     select max(t.at) from order_timeline t where t.order_id = o.id and t.status = 'CANCELLED')))), 0)
              from orders o join saga s on s.order_id = o.id where s.state = 'DONE'""";

    private static final String TAKEN_OVER = """
            select count(*) from saga where epoch > 1""";
    /**
     * From the death of an instance, or from when its successor was there, until that claimed each order it had held. An order
     * that has ended or rests until its next try is held by nobody.
     */
    private static final String TAKEOVERS = """
            with steps as (
              select at, lag(owner) over mine as former, lag(held) over mine as held, owner
                from (select *, "to" not in ('CONFIRMED', 'CLOSED')
                                and ("from" is distinct from "to" or note in ('claimed', 'seized')) as held
                        from saga_log) logged
              window mine as (partition by order_id order by id)),
            first_words as (select owner, min(at) as at from saga_log group by owner),
            deaths as (select * from unnest(?::text[], cast(?::text[] as timestamptz[])) as died(owner, at)),
            gaps as (
              select extract(epoch from steps.at - greatest(deaths.at, first_words.at)) as seconds
                from steps join deaths on deaths.owner = former join first_words on first_words.owner = steps.owner
               where held and former <> steps.owner and steps.at > deaths.at)
            select count(*), coalesce(percentile_disc(0.5) within group (order by seconds), 0),
                   coalesce(percentile_disc(0.95) within group (order by seconds), 0), coalesce(max(seconds), 0)
              from gaps""";

    private final Path home;

    Backlog(Path home) {
        this.home = home;
    }

    /** Sagas that neither have ended nor wait for a person; empty while the database does not answer. */
    OptionalInt unfinished() {
        try {
            return OptionalInt.of(counts("select 'all', (" + UNFINISHED + ")").get("all"));
        } catch (SQLException away) {
            return OptionalInt.empty();
        }
    }

    Map<String, Integer> byStatus() throws SQLException {
        return counts(BY_STATUS);
    }

    /** How long the slowest order took to end once nothing disturbed it any more; all must have ended. */
    Duration slowestEnd(Instant undisturbedSince) throws SQLException {
        try (var connection = connect();
                var statement = connection.prepareStatement(SLOWEST_END)) {
            statement.setObject(1, undisturbedSince.atOffset(ZoneOffset.UTC));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return Duration.ofMillis(
                        Math.max(0, rows.getBigDecimal(1).movePointRight(3).longValue()));
            }
        }
    }

    /** Orders whose saga was taken over at least once. */
    int takenOver() throws SQLException {
        return counts("select 'all', (" + TAKEN_OVER + ")").get("all");
    }

    /** How long orders waited for the next instance after theirs had died; that there was none at all is not counted. */
    record Takeovers(int count, double p50Seconds, double p95Seconds, double longestSeconds) {}

    /** @param deaths of order instances, by name */
    Takeovers takeovers(Map<String, Instant> deaths) throws SQLException {
        try (var connection = connect();
                var statement = connection.prepareStatement(TAKEOVERS)) {
            statement.setArray(
                    1, connection.createArrayOf("text", deaths.keySet().toArray()));
            statement.setArray(
                    2,
                    connection.createArrayOf(
                            "text",
                            deaths.values().stream().map(Instant::toString).toArray()));
            try (var rows = statement.executeQuery()) {
                rows.next();
                return new Takeovers(rows.getInt(1), rounded(rows, 2), rounded(rows, 3), rounded(rows, 4));
            }
        }
    }

    private static double rounded(ResultSet rows, int column) throws SQLException {
        return rows.getBigDecimal(column).setScale(1, RoundingMode.HALF_UP).doubleValue();
    }

    private Map<String, Integer> counts(String query) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            var counts = new TreeMap<String, Integer>();
            while (rows.next()) counts.put(rows.getString(1), rows.getInt(2));
            return counts;
        }
    }

    private Connection connect() throws SQLException {
        try {
            return Databases.of(home).connect("order");
        } catch (IOException notDescribed) {
            throw new SQLException(notDescribed);
        }
    }
}
