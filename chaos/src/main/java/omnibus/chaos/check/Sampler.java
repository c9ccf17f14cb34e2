package omnibus.chaos.check;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import omnibus.chaos.facts.Databases;

/**
 * Looks at the stores while the shop works, when asked to: what must hold at every moment is asked of one snapshot. A
 * store that does not answer is a sample missed and no violation. Used by one thread.
 */
public final class Sampler implements AutoCloseable {
    private final Path home;
    private final Set<Violation> violations = new LinkedHashSet<>();
    private Connection stock;
    private long samples;
    private long missed;
    private long checked;

    public Sampler(Path home) {
        this.home = home;
    }

    /** Takes one sample. */
    public void sample() {
        try {
            if (stock == null) stock = Databases.of(home).connect("inventory");
            sampleStock();
            samples++;
        } catch (IOException | SQLException away) {
            missed++;
            close();
        }
    }

    public Sampled sampled() {
        return new Sampled(samples, missed, checked, List.copyOf(violations));
    }

    private void sampleStock() throws SQLException {
        try (var statement = stock.createStatement();
                var rows = statement.executeQuery("select sku, on_hand, reserved from stock")) {
            while (rows.next()) {
                checked++;
                var onHand = rows.getInt(2);
                var reserved = rows.getInt(3);
                if (reserved >= 0 && reserved <= onHand) continue;
                violations.add(new Violation(
                        "I4", rows.getString(1), "0 <= reserved <= on hand", reserved + " reserved of " + onHand));
            }
        }
        stock.rollback();
    }

    @Override
    public void close() {
        try {
            if (stock != null) stock.close();
        } catch (SQLException gone) {
            // It was of no use any more.
        } finally {
            stock = null;
        }
    }
}
