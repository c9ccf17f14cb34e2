package omnibus.chaos.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What the check of one invariant came to so far: counts, and a few examples of what was wrong. */
final class Findings {
    private static final int MOST_EXAMPLES = 10;

    private final String invariant;
    private final List<Violation> examples = new ArrayList<>();
    private long checked;
    private long violations;

    Findings(String invariant) {
        this.invariant = invariant;
    }

    void checked() {
        checked++;
    }

    void checked(long more) {
        checked += more;
    }

    void violated(Object subject, String expected, String found) {
        add(new Violation(invariant, String.valueOf(subject), expected, found));
    }

    void add(Violation violation) {
        violations++;
        if (examples.size() < MOST_EXAMPLES) examples.add(violation);
    }

    /** @param what the name of what is compared */
    void same(Object subject, String what, Object expected, Object found) {
        if (!Objects.equals(expected, found)) violated(subject, what + " " + expected, what + " " + found);
    }

    Verdict verdict(String promise) {
        return new Verdict(invariant, promise, checked, violations, List.copyOf(examples));
    }
}
