package omnibus.chaos.check;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import omnibus.chaos.facts.Facts;
import omnibus.chaos.history.Entry;
import omnibus.chaos.history.History;

/** Compares what shoppers were told, what was sampled, and what is true in the end with what must hold. */
public final class Checker {
    private final List<Invariant> invariants = List.of(
            new MoneyAddsUp(),
            new ChargedAtMostOnce(),
            new StockAddsUp(),
            new NothingOversold(),
            new EveryOrderEnds(),
            new NothingIsLost(),
            new OneKeyOneOrder(),
            new NoOrphans(),
            new EverybodyHasHeard(),
            new SagasMoveAsDrawn(),
            new NobodySeesAnOrderGoBack());

    private Checker() {}

    public static Report check(List<Entry> history, Facts facts, Sampled sampled) {
        var checker = new Checker();
        history.forEach(checker::hear);
        return checker.judge(facts, sampled);
    }

    /** The same of a closed history in a file, of which only what matters is kept in memory. */
    public static Report check(Path history, Facts facts, Sampled sampled) throws IOException {
        var checker = new Checker();
        History.each(history, checker::hear);
        return checker.judge(facts, sampled);
    }

    private void hear(Entry entry) {
        invariants.forEach(invariant -> invariant.hear(entry));
    }

    private Report judge(Facts facts, Sampled sampled) {
        var subjects = new Subjects(facts);
        var verdicts = invariants.stream()
                .map(invariant -> {
                    var findings = new Findings(invariant.id());
                    sampled.tell(invariant.id(), findings);
                    invariant.judge(subjects, findings);
                    return findings.verdict(invariant.promise());
                })
                .toList();
        return new Report(
                verdicts, facts.orders().orders().size(), subjects.reviews(), sampled.samples(), sampled.missed());
    }
}
