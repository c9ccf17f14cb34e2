package omnibus.chaos.check;

import java.util.List;
import java.util.Map;
import java.util.Set;
import omnibus.chaos.facts.OrderFacts.Saga;
import omnibus.chaos.facts.OrderFacts.SagaMove;

/** I10. The log of each saga is one way through the table of steps, in hands that change only with a new epoch. */
final class SagasMoveAsDrawn implements Invariant {
    /** Drawn once more, from the picture and not from the code. */
    private static final Map<String, Set<String>> NEXT = Map.of(
            "RESERVE", Set.of("RESERVE", "AUTHORIZE", "RELEASE"),
            "AUTHORIZE", Set.of("AUTHORIZE", "COMMIT", "VOID", "RELEASE"),
            "COMMIT", Set.of("COMMIT", "CAPTURE", "VOID"),
            "CAPTURE", Set.of("CAPTURE", "CONFIRMED", "VOID", "RELEASE"),
            "CONFIRMED", Set.of("CONFIRMED", "VOID"), // itself: see seizesTheFinished
            "VOID", Set.of("VOID", "RELEASE"),
            "RELEASE", Set.of("RELEASE", "CLOSED"),
            "CLOSED", Set.of());

    @Override
    public String id() {
        return "I10";
    }

    @Override
    public String promise() {
        return "sagas move as drawn, epochs rise";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        var moves = Subjects.grouped(subjects.facts().orders().sagaLog(), SagaMove::orderId);
        for (var saga : subjects.facts().orders().sagas()) {
            findings.checked();
            judge(saga, moves.getOrDefault(saga.orderId(), List.of()), findings);
        }
    }

    private static void judge(Saga saga, List<SagaMove> moves, Findings findings) {
        if (moves.isEmpty()) {
            findings.violated(saga.orderId(), "a log of its saga", "none");
            return;
        }
        var first = moves.get(0);
        if (first.from() != null || !first.to().equals("RESERVE")) {
            findings.violated(saga.orderId(), "a saga that begins with RESERVE", first.from() + " to " + first.to());
        }
        for (var i = 1; i < moves.size(); i++) judge(moves.get(i - 1), moves.get(i), findings);
        var last = moves.get(moves.size() - 1);
        if (seizesTheFinished(last))
            findings.violated(saga.orderId(), "a finished saga left alone", "seized for nothing");
        findings.same(saga.orderId(), "by its log at", last.to(), saga.step());
        if (last.epoch() > saga.epoch()) {
            findings.violated(saga.orderId(), "epoch " + last.epoch() + " or later", "epoch " + saga.epoch());
        }
    }

    private static void judge(SagaMove before, SagaMove move, Findings findings) {
        findings.same(move.orderId(), "to go on from", before.to(), move.from());
        if (!NEXT.getOrDefault(move.from(), Set.of()).contains(move.to())) {
            findings.violated(move.orderId(), "a way that is drawn", move.from() + " to " + move.to());
        }
        if (seizesTheFinished(before) && !(move.to().equals("VOID") && move.epoch() == before.epoch())) {
            findings.violated(move.orderId(), "a finished saga seized to cancel it", "then moved to " + move.to());
        }
        if (move.epoch() < before.epoch()) {
            findings.violated(move.orderId(), "epochs that do not fall", move.epoch() + " after " + before.epoch());
        }
        if (move.epoch() == before.epoch() && !move.owner().equals(before.owner())) {
            findings.violated(
                    move.orderId(),
                    "epoch " + move.epoch() + " in the hands of " + before.owner(),
                    "written by " + move.owner());
        }
    }

    /** Who cancels a confirmed order takes it into his hands first; nobody else has anything to do with one. */
    private static boolean seizesTheFinished(SagaMove move) {
        return "CONFIRMED".equals(move.from()) && move.to().equals("CONFIRMED");
    }
}
