package omnibus.chaos.check;

import java.util.List;
import java.util.Map;

/**
 * What was seen while the shop worked.
 *
 * @param samples how often somebody looked
 * @param missed how often there was nothing to look at: a store did not answer
 * @param checked how many things were looked at, by invariant
 */
public record Sampled(long samples, long missed, Map<String, Long> checked, List<Violation> violations) {
    public static Sampled none() {
        return new Sampled(0, 0, Map.of(), List.of());
    }

    /** Hands what concerns one invariant to its findings. */
    void tell(String invariant, Findings findings) {
        findings.checked(checked.getOrDefault(invariant, 0L));
        violations.stream()
                .filter(violation -> violation.invariant().equals(invariant))
                .forEach(findings::add);
    }
}
