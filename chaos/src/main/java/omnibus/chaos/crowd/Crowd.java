package omnibus.chaos.crowd;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The kinds of crowds: what the shop has, and who asks for what. */
public enum Crowd {
    /** Rounds of buyers that all want the only unit. */
    LAST_UNIT(50, 500),
    /** Many more requests for one SKU than it has units. */
    HOT_SKU(20_000, 200),
    /** Keys, each sent by many at the same moment. */
    SAME_KEY(100, 50),
    /** Orders of the same SKUs, half of them in reversed order, some with a SKU on two lines. */
    OPPOSITE(5_000, 200);

    /** Passwords are expensive to hash: a few accounts stand for all buyers. */
    public static final int ACCOUNTS = 8;

    private static final int REQUESTS_PER_UNIT = 20;
    private static final int SKUS = 6;

    private final int rounds;
    private final int buyers;

    Crowd(int rounds, int buyers) {
        this.rounds = rounds;
        this.buyers = buyers;
    }

    /** Rounds, keys, or requests, as the kind counts. */
    public int rounds() {
        return rounds;
    }

    /** How many at the same moment. */
    public int buyers() {
        return buyers;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As it is written on the command line. */
    @Override
    public String toString() {
        return label();
    }

    /** One after the other, each with all its buyers at once; else closed loops that work off what there is. */
    public boolean inRounds() {
        return this == LAST_UNIT || this == SAME_KEY;
    }

    /** Units by SKU. */
    public Map<String, Integer> stock(int rounds) {
        var stock = new LinkedHashMap<String, Integer>();
        switch (this) {
            case LAST_UNIT -> IntStream.range(0, rounds).forEach(round -> stock.put(sku(round), 1));
            case HOT_SKU -> stock.put(sku(0), units(rounds));
            case SAME_KEY -> stock.put(sku(0), 1_000_000);
            case OPPOSITE -> IntStream.range(0, SKUS).forEach(index -> stock.put(sku(index), units(rounds)));
        }
        return stock;
    }

    /** So few that most find nothing. */
    private static int units(int requests) {
        return Math.max(1, requests / REQUESTS_PER_UNIT);
    }

    /** All that will be asked for, round after round. */
    public List<Want> wants(int rounds, int buyers) {
        return switch (this) {
            case LAST_UNIT -> rounds(rounds, buyers, round -> sku(round), false);
            case SAME_KEY -> rounds(rounds, buyers, round -> sku(0), true);
            case HOT_SKU ->
                IntStream.range(0, rounds)
                        .mapToObj(i -> want(i, List.of(sku(0))))
                        .toList();
            case OPPOSITE ->
                IntStream.range(0, rounds).mapToObj(i -> want(i, opposite(i))).toList();
        };
    }

    private List<Want> rounds(int rounds, int buyers, IntFunction<String> sku, boolean oneKey) {
        var wants = new ArrayList<Want>();
        for (int round = 0; round < rounds; round++) {
            for (int buyer = 0; buyer < buyers; buyer++) {
                var key = label() + "-" + round + (oneKey ? "" : "-" + buyer);
                int account = (oneKey ? round : buyer) % ACCOUNTS;
                wants.add(new Want(round, account, key, List.of(sku.apply(round)), !oneKey));
            }
        }
        return wants;
    }

    private Want want(int index, List<String> skus) {
        return new Want(0, index % ACCOUNTS, label() + "-" + index, skus, true);
    }

    /** All SKUs forward, all backward, and every third time a SKU on two lines, at the ends. */
    private static List<String> opposite(int index) {
        var skus = new ArrayList<>(IntStream.range(0, SKUS).mapToObj(Crowd::sku).toList());
        if (index % 3 == 0) skus.add(sku(0));
        if (index % 2 == 1) Collections.reverse(skus);
        return List.copyOf(skus);
    }

    private static String sku(int index) {
        return String.format(Locale.ROOT, "CROWD-%03d", index);
    }
}
