package omnibus.chaos.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import omnibus.chaos.facts.StockFacts.Movement;
import omnibus.chaos.facts.StockFacts.Reservation;
import omnibus.chaos.facts.StockFacts.Stock;

/** I3. Stock, reservations and the ledger of movements tell the same story of each SKU. */
final class StockAddsUp implements Invariant {
    /** What a reservation in some state has moved on its way there. */
    private static final Map<String, List<String>> WAYS = Map.of(
            "ACTIVE", List.of("RESERVED"),
            "COMMITTED", List.of("RESERVED", "COMMITTED"),
            "RELEASED", List.of("RESERVED", "RELEASED"),
            "RESTOCKED", List.of("RESERVED", "COMMITTED", "RESTOCKED"));

    private record Moved(String kind, String sku, int onHandDelta, int reservedDelta) {
        static Moved of(Movement movement) {
            return new Moved(movement.kind(), movement.sku(), movement.onHandDelta(), movement.reservedDelta());
        }

        static Moved by(String kind, String sku, int units) {
            return switch (kind) {
                case "RESERVED" -> new Moved(kind, sku, 0, units);
                case "COMMITTED" -> new Moved(kind, sku, -units, -units);
                case "RELEASED" -> new Moved(kind, sku, 0, -units);
                default -> new Moved(kind, sku, units, 0);
            };
        }

        @Override
        public String toString() {
            return kind + " " + sku + " " + onHandDelta + "/" + reservedDelta;
        }
    }

    @Override
    public String id() {
        return "I3";
    }

    @Override
    public String promise() {
        return "stock: rows, reservations and movements agree";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        var facts = subjects.facts().stock();
        Map<String, Integer> active = new HashMap<>();
        for (var reservation : facts.reservations()) {
            if (!reservation.state().equals("ACTIVE")) continue;
            reservation.lines().forEach((sku, units) -> active.merge(sku, units, Integer::sum));
        }
        var movements = Subjects.grouped(facts.movements(), Movement::sku);
        for (var stock : facts.stock()) {
            findings.checked();
            findings.same(
                    stock.sku(), "reserved for active orders", active.getOrDefault(stock.sku(), 0), stock.reserved());
            judge(stock, movements.getOrDefault(stock.sku(), List.of()), findings);
        }
        judgeReservations(facts.reservations(), facts.movements(), findings);
    }

    private static void judge(Stock stock, List<Movement> ledger, Findings findings) {
        long onHand = 0;
        long reserved = 0;
        for (var movement : ledger) {
            onHand += movement.onHandDelta();
            reserved += movement.reservedDelta();
            if (movement.onHand() != onHand || movement.reserved() != reserved) {
                findings.violated(
                        stock.sku(),
                        "movement " + movement.version() + " to lead to " + onHand + " on hand, " + reserved
                                + " reserved",
                        movement.onHand() + " on hand, " + movement.reserved() + " reserved");
                return;
            }
        }
        findings.same(stock.sku(), "by all movements on hand", onHand, (long) stock.onHand());
        findings.same(stock.sku(), "by all movements reserved", reserved, (long) stock.reserved());
    }

    private static void judgeReservations(List<Reservation> reservations, List<Movement> movements, Findings findings) {
        var byOrder = Subjects.grouped(movements, Movement::orderId);
        for (var reservation : reservations) {
            findings.checked();
            var expected = sorted(expected(reservation));
            var found = sorted(byOrder.getOrDefault(reservation.orderId(), List.of()).stream()
                    .map(Moved::of)
                    .toList());
            if (!expected.equals(found)) {
                findings.violated(
                        reservation.orderId(),
                        "moved by its " + reservation.state() + " reservation " + expected,
                        "" + found);
            }
            byOrder.remove(reservation.orderId());
        }
        byOrder.forEach((order, moved) ->
                findings.violated(order, "no movement without a reservation", moved.size() + " movements of it"));
    }

    private static List<Moved> expected(Reservation reservation) {
        var expected = new ArrayList<Moved>();
        for (var kind : WAYS.getOrDefault(reservation.state(), List.of())) {
            reservation.lines().forEach((sku, units) -> expected.add(Moved.by(kind, sku, units)));
        }
        return expected;
    }

    private static List<Moved> sorted(List<Moved> moved) {
        return moved.stream()
                .sorted(Comparator.comparing(Moved::kind)
                        .thenComparing(Moved::sku)
                        .thenComparing(Moved::onHandDelta)
                        .thenComparing(Moved::reservedDelta))
                .toList();
    }
}
