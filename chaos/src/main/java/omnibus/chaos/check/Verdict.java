package omnibus.chaos.check;

import java.util.List;

/**
 * What became of one invariant.
 *
 * @param id I1 to I11
 * @param promise what it says, in a few words
 * @param checked how many things were looked at
 * @param violations how many were not as they must be
 * @param examples the first of them
 */
public record Verdict(String id, String promise, long checked, long violations, List<Violation> examples) {
    public enum Outcome {
        HELD,
        VIOLATED,
        /** Nothing was there to check: that is no success. */
        UNCHECKED
    }

    public Outcome outcome() {
        if (violations > 0) return Outcome.VIOLATED;
        return checked == 0 ? Outcome.UNCHECKED : Outcome.HELD;
    }
}
