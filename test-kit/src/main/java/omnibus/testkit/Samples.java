package omnibus.testkit;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Property tests: the same property over many random samples, the smallest first. A failure names its seed; run with
 * {@code -Dseed=…} to see it again.
 */
public final class Samples {
    private Samples() {}

    /** One draw: a random source and how large the sample should be (0 at first, growing). */
    public record Draw(SplittableRandom random, int size) {
        public int between(int low, int high) {
            return random.nextInt(low, high + 1);
        }

        @SafeVarargs
        public final <T> T oneOf(T... choices) {
            return choices[random.nextInt(choices.length)];
        }
    }

    public static void forAll(int count, Consumer<Draw> property) {
        var replay = Long.getLong("seed");
        var seeds = new SplittableRandom(replay == null ? System.nanoTime() : replay);
        for (var i = 0; i < (replay == null ? count : 1); i++) {
            var seed = replay == null ? seeds.nextLong() : replay;
            try {
                property.accept(new Draw(new SplittableRandom(seed), replay == null ? i : count));
            } catch (RuntimeException | AssertionError failure) {
                throw new AssertionError("sample " + i + " fails; see it again with -Dseed=" + seed, failure);
            }
        }
    }
}
