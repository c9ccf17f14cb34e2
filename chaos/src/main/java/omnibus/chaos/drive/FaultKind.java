package omnibus.chaos.drive;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import omnibus.chaos.agent.Failpoint;

/** What can be done to the shop. Each kind draws its strikes from a random source of its own: same seed, same plan. */
enum FaultKind {
    /** kill -9 of one instance of any service, now and then of two or three in the same instant. */
    KILL {
        @Override
        Strike draw(SplittableRandom random) {
            int dice = random.nextInt(100);
            int count = dice < 85 ? 1 : dice < 95 ? 2 : 3;
            var victims = Stream.generate(() -> victim(random, ChaosShop.SERVICES))
                    .limit(count)
                    .toList();
            return new Strike(this, random.nextInt(2_000, 5_001), "kill", victims, 0);
        }
    },
    /** SIGSTOP of an instance of a service that holds leases or locks, and SIGCONT later: a zombie comes back. */
    STOP {
        private static final List<String> HOLDERS = List.of("order", "inventory", "payment");
        private static final List<Integer> SECONDS = List.of(1, 5, 15, 60);

        @Override
        Strike draw(SplittableRandom random) {
            var victim = victim(random, HOLDERS);
            int hold = 1_000 * pick(random, SECONDS);
            return new Strike(this, random.nextInt(3_000, 8_001), "stop", List.of(victim), hold);
        }
    },
    /** The payment provider loses answers, doubles and shuffles webhooks all the time, and does worse for a while. */
    PROVIDER {
        private static final List<String> ACTIONS =
                List.of("lose-requests", "delay", "stall", "outage", "lose-webhooks", "recover");

        @Override
        Strike draw(SplittableRandom random) {
            var action = pick(random, ACTIONS);
            return new Strike(this, random.nextInt(2_000, 8_001), action, List.of(), random.nextInt(4_000, 12_001));
        }
    },
    /** PostgreSQL, Redis, or the JVM that keeps them and is the MongoDB server is killed or frozen; or Redis is wiped. */
    STORES {
        /** PostgreSQL holds most and is hit most. */
        private static final List<String> STORES = List.of("postgres", "postgres", "redis", "stores");

        @Override
        Strike draw(SplittableRandom random) {
            var store = pick(random, STORES);
            var action = action(store, random.nextInt(100));
            int hold = random.nextInt(2_000, 8_001);
            return new Strike(
                    this,
                    random.nextInt(8_000, 16_001),
                    action,
                    List.of(new Victim(store, 0)),
                    action.equals("stop-store") ? hold : 0);
        }

        private static String action(String store, int dice) {
            if (dice >= 65) return "stop-store";
            return store.equals("redis") && dice >= 35 ? "wipe-store" : "kill-store";
        }
    },
    /** The disk that holds the stores has no room left for some seconds. */
    FULL {
        @Override
        Strike draw(SplittableRandom random) {
            int pause = random.nextInt(15_000, 30_001);
            return new Strike(this, pause, "fill", List.of(), random.nextInt(4_000, 10_001));
        }
    },
    /** A JVM halts at each boundary between the steps of an order's life, one boundary after the other in any order. */
    STEPS {
        private static final int LATEST_PASSAGE = 12;

        @Override
        Strike draw(SplittableRandom random) {
            var victims = Failpoint.all().stream()
                    .map(it -> new Victim(it.name(), random.nextInt(1, LATEST_PASSAGE + 1)))
                    .collect(Collectors.toCollection(ArrayList::new));
            Collections.shuffle(victims, new Random(random.nextLong()));
            return new Strike(this, 2_000, "halt", victims, 12_000);
        }
    },
    /** Messages between instances are lost, doubled and overtaken by later ones. */
    BUS {
        @Override
        Strike draw(SplittableRandom random) {
            return new Strike(this, random.nextInt(1_000, 4_001), "disturb", List.of(), random.nextInt(10_000, 20_001));
        }
    },
    /** {@code ./omnibus restart} of every service, one after the other, beginning anywhere. */
    ROLLING {
        @Override
        Strike draw(SplittableRandom random) {
            int first = random.nextInt(ChaosShop.SERVICES.size());
            var all = new ArrayList<>(ChaosShop.SERVICES);
            Collections.rotate(all, first);
            var victims = all.stream().map(service -> new Victim(service, 0)).toList();
            return new Strike(this, random.nextInt(1_000, 4_001), "restart", victims, 0);
        }
    },
    /** kill -9 of every process in the same instant, stores included, then {@code ./omnibus up}. */
    POWER {
        @Override
        Strike draw(SplittableRandom random) {
            return new Strike(this, random.nextInt(15_000, 30_001), "power-loss", List.of(), 0);
        }
    },
    /** The line to PostgreSQL or to the payment provider is cut, broken, slow, or loses replies to what was done. */
    NETWORK {
        private static final List<String> LINES = List.of(Network.POSTGRES, Network.PROVIDER);
        private static final List<String> ACTIONS = List.of(
                "cut", "deafen", "refuse", "reset", "delay-100", "delay-500", "throttle", "tear", "lose-replies");
        private static final int MOST_TORN_BYTES = 4_000;

        @Override
        Strike draw(SplittableRandom random) {
            var action = pick(random, ACTIONS);
            var line = new Victim(pick(random, LINES), random.nextInt(MOST_TORN_BYTES + 1));
            int hold = switch (action) {
                case "cut", "deafen", "refuse" -> random.nextInt(1_000, 15_001);
                case "tear", "lose-replies" -> random.nextInt(500, 2_001);
                case "reset" -> 0;
                default -> random.nextInt(3_000, 8_001);
            };
            return new Strike(this, random.nextInt(2_000, 6_001), action, List.of(line), hold);
        }
    },
    /** A JVM, now and then two, each alone, is cut off from all other JVMs, and goes on writing to the stores. */
    PARTITION {
        private static final int TWO_PERCENT = 20;

        @Override
        Strike draw(SplittableRandom random) {
            int count = random.nextInt(100) < TWO_PERCENT ? 2 : 1;
            var victims = Stream.generate(() -> victim(random, ChaosShop.SERVICES))
                    .limit(count)
                    .toList();
            int pause = random.nextInt(8_000, 16_001);
            return new Strike(this, pause, "cut-off", victims, random.nextInt(2_000, 25_001));
        }
    };

    /** The next strike; a function of the random source and nothing else. */
    abstract Strike draw(SplittableRandom random);

    /**
     * What is to be done, before it is known which processes will be there.
     *
     * @param pauseMillis to wait before it
     * @param holdMillis how long it lasts, 0 where it is over at once
     */
    record Strike(FaultKind kind, int pauseMillis, String action, List<Victim> victims, int holdMillis) {}

    /** The n-th living instance of a service by age, counted round; of a failpoint its n-th passage; of a line n bytes. */
    record Victim(String service, int nth) {}

    /** Done from within the shop's JVMs. */
    boolean needsAgent() {
        return this == STEPS || this == BUS || this == PARTITION;
    }

    /** Afterwards the shop is given more time: what it needs was gone altogether. */
    boolean takesStoresAway() {
        return this == STORES || this == FULL || this == POWER || this == NETWORK;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Victim victim(SplittableRandom random, List<String> services) {
        return new Victim(pick(random, services), random.nextInt(64));
    }

    private static <T> T pick(SplittableRandom random, List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}
