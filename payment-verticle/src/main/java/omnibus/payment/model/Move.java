package omnibus.payment.model;

import java.util.ArrayList;
import java.util.List;

/** A payment after a decision, and what the decision brings along: to be written as one. */
public record Move(Payment payment, List<ProviderCall> calls, List<Refund> refunds, List<Journal> journals) {
    static Move to(Payment payment) {
        return new Move(payment, List.of(), List.of(), List.of());
    }

    Move call(ProviderCall call) {
        return new Move(payment, plus(calls, call), refunds, journals);
    }

    Move refund(Refund refund) {
        return new Move(payment, calls, plus(refunds, refund), journals);
    }

    Move journal(Journal journal) {
        return new Move(payment, calls, refunds, plus(journals, journal));
    }

    /** What follows from where this has led. */
    public Move then(Move next) {
        return new Move(
                next.payment,
                joined(calls, next.calls),
                joined(refunds, next.refunds),
                joined(journals, next.journals));
    }

    private static <T> List<T> plus(List<T> list, T item) {
        return joined(list, List.of(item));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        var all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
