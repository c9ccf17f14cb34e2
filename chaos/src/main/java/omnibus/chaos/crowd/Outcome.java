package omnibus.chaos.crowd;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import omnibus.chaos.facts.OrderFacts.Order;
import omnibus.chaos.facts.StockFacts.Stock;

/** What the buyers were told, next to what the stores say when all has come to rest. */
public final class Outcome {
    /** The gateway's deadline, and half a second for the way to it and back. */
    static final long LONGEST_MILLIS = 8_500;

    private static final int CREATED = 201;
    private static final int CONFLICT = 409;

    private final List<Bought> bought;
    private final Map<UUID, Order> orders;
    private final Map<String, Stock> stock;

    public Outcome(List<Bought> bought, List<Order> orders, List<Stock> stock) {
        this.bought = bought;
        this.orders = orders.stream().collect(Collectors.toMap(Order::id, Function.identity()));
        this.stock = stock.stream().collect(Collectors.toMap(Stock::sku, Function.identity()));
    }

    /**
     * One round for the last unit.
     *
     * @param p50Millis from sending until the order had ended, as {@code p99Millis}
     */
    public record Round(int number, long confirmed, long outOfStock, long other, long p50Millis, long p99Millis) {
        boolean held() {
            return confirmed == 1 && other == 0;
        }
    }

    public List<Round> rounds() {
        var rounds = new TreeMap<Integer, List<Bought>>();
        bought.forEach(it -> rounds.computeIfAbsent(it.want().round(), none -> new ArrayList<>())
                .add(it));
        return rounds.entrySet().stream()
                .map(it -> round(it.getKey(), it.getValue()))
                .toList();
    }

    private Round round(int number, List<Bought> buyers) {
        long confirmed =
                buyers.stream().filter(it -> ended(it, "CONFIRMED", null)).count();
        long outOfStock = buyers.stream()
                .filter(it -> ended(it, "REJECTED", "out-of-stock"))
                .count();
        var millis = buyers.stream()
                .filter(it -> orders.containsKey(it.order()))
                .mapToLong(this::settledMillis)
                .sorted()
                .toArray();
        return new Round(
                number,
                confirmed,
                outOfStock,
                buyers.size() - confirmed - outOfStock,
                percentile(millis, 50),
                percentile(millis, 99));
    }

    private boolean ended(Bought buyer, String status, String reason) {
        var order = buyer.order() == null ? null : orders.get(buyer.order());
        return order != null && order.status().equals(status) && (reason == null || reason.equals(order.reason()));
    }

    private long settledMillis(Bought buyer) {
        var timeline = orders.get(buyer.order()).timeline();
        return timeline.isEmpty() ? 0 : timeline.get(timeline.size() - 1).at().toEpochMilli() - buyer.sentAt();
    }

    static long percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(sorted.length * percent / 100.0) - 1];
    }

    /** @param deadlocks in the log of PostgreSQL, negative where there is no log */
    public List<Promise> promises(Crowd crowd, Map<String, Integer> units, long deadlocks) {
        var promises = new ArrayList<Promise>();
        switch (crowd) {
            case LAST_UNIT -> promises.add(exactlyOneARound());
            case HOT_SKU -> promises.add(allSold(units));
            case SAME_KEY -> promises.add(oneOrderAKey());
            case OPPOSITE -> promises.add(soldAtMost(units));
        }
        promises.add(everybodyAnswered(crowd));
        promises.add(nobodyWaitsLonger());
        promises.add(new Promise(
                "PostgreSQL saw no deadlock",
                deadlocks == 0,
                deadlocks < 0 ? "its log is missing" : deadlocks + " in its log"));
        return promises;
    }

    private Promise exactlyOneARound() {
        var rounds = rounds();
        var wrong = rounds.stream().filter(round -> !round.held()).toList();
        return new Promise(
                "one gets the last unit, the others are told it is out of stock",
                !rounds.isEmpty() && wrong.isEmpty(),
                (rounds.size() - wrong.size()) + " of " + rounds.size() + " rounds"
                        + (wrong.isEmpty()
                                ? ""
                                : "; not " + wrong.stream().limit(3).toList()));
    }

    private Promise allSold(Map<String, Integer> units) {
        var sku = units.keySet().iterator().next();
        long sold = sold(sku);
        var left = stock.get(sku);
        return new Promise(
                "every unit is sold and no more",
                sold == units.get(sku) && left != null && left.onHand() == 0 && left.reserved() == 0,
                sold + " of " + units.get(sku) + " sold; "
                        + (left == null
                                ? "no stock row"
                                : left.onHand() + " on hand, " + left.reserved() + " reserved"));
    }

    private Promise soldAtMost(Map<String, Integer> units) {
        var wrong = units.entrySet().stream()
                .filter(it -> !addsUp(it.getKey(), it.getValue()))
                .map(it -> it.getKey() + " sold " + sold(it.getKey()) + " of " + it.getValue())
                .toList();
        long sold = units.keySet().stream().mapToLong(this::sold).sum();
        return new Promise(
                "nothing is oversold",
                sold > 0 && wrong.isEmpty(),
                sold + " units sold of "
                        + units.values().stream().mapToLong(it -> it).sum() + (wrong.isEmpty() ? "" : "; " + wrong));
    }

    private boolean addsUp(String sku, int units) {
        var left = stock.get(sku);
        return left != null && left.reserved() == 0 && left.onHand() >= 0 && left.onHand() + sold(sku) == units;
    }

    private long sold(String sku) {
        return orders.values().stream()
                .filter(Order::completed)
                .flatMap(order -> order.lines().stream())
                .filter(line -> line.sku().equals(sku))
                .mapToLong(line -> line.quantity())
                .sum();
    }

    private Promise oneOrderAKey() {
        var made = new TreeMap<Integer, List<Bought>>();
        bought.stream()
                .filter(it -> it.status() == CREATED)
                .forEach(it -> made.computeIfAbsent(it.want().round(), none -> new ArrayList<>())
                        .add(it));
        var keys = new HashSet<>(bought.stream().map(it -> it.want().round()).toList());
        long good = keys.stream()
                .filter(key -> oneOrder(made.getOrDefault(key, List.of())))
                .count();
        return new Promise(
                "a key makes one order, its repeats are replays or told to wait",
                good == keys.size() && orders.size() == keys.size(),
                good + " of " + keys.size() + " keys, " + orders.size() + " orders, "
                        + bought.stream().filter(Bought::replayed).count() + " replays, "
                        + bought.stream().filter(it -> it.status() == CONFLICT).count() + " told to wait");
    }

    /** One answer is the first; it may have been lost, and then all are replays. */
    private boolean oneOrder(List<Bought> made) {
        return made.stream().map(Bought::order).distinct().count() == 1
                && made.stream().filter(it -> !it.replayed()).count() <= 1
                && orders.containsKey(made.get(0).order());
    }

    private Promise everybodyAnswered(Crowd crowd) {
        long good = bought.stream()
                .filter(it -> it.status() == CREATED && it.order() != null
                        || crowd == Crowd.SAME_KEY && it.status() == CONFLICT)
                .count();
        return new Promise(
                "everybody who repeats with the same key is answered",
                good == bought.size(),
                good + " of " + bought.size());
    }

    private Promise nobodyWaitsLonger() {
        var longest = bought.stream().mapToLong(Bought::longestMillis).sorted().toArray();
        long most = Arrays.stream(longest).max().orElse(0);
        return new Promise(
                "nobody waits past the deadline",
                most <= LONGEST_MILLIS,
                "p50 " + percentile(longest, 50) + ", p99 " + percentile(longest, 99) + ", at most " + most
                        + " ms for one answer; allowed are " + LONGEST_MILLIS);
    }
}
