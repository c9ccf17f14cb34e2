package omnibus.chaos.check;

import java.util.List;

/**
 * What was seen while the shop worked.
 *
 * @param samples how often somebody looked
 * @param missed how often there was nothing to look at: a store did not answer
 * @param checked how many rows were looked at in all
 */
public record Sampled(long samples, long missed, long checked, List<Violation> violations) {
    public static Sampled none() {
        return new Sampled(0, 0, 0, List.of());
    }
}
