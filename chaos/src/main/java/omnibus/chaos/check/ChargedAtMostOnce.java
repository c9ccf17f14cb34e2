package omnibus.chaos.check;

import java.util.List;
import omnibus.chaos.facts.PaymentFacts.Journal;
import omnibus.chaos.facts.ProviderFacts.Effect;
import omnibus.chaos.facts.ProviderFacts.Kind;

/** I2. No card is charged twice for an order, and in the end nothing is held on any. */
final class ChargedAtMostOnce implements Invariant {
    @Override
    public String id() {
        return "I2";
    }

    @Override
    public String promise() {
        return "no second charge, no authorization left";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        var provider = subjects.facts().provider();
        Subjects.grouped(provider.effects(), ChargedAtMostOnce::subject).forEach((subject, effects) -> {
            findings.checked();
            var captures = effects.stream()
                    .filter(effect -> effect.kind() == Kind.CAPTURED)
                    .count();
            if (captures > 1) findings.violated(subject, "at most 1 capture at the provider", captures + " captures");
        });
        for (var intent : provider.intents()) {
            if (intent.live() && !(intent.orderId() != null && subjects.inReview(intent.orderId()))) {
                findings.violated(
                        intent.orderId() == null ? intent.id() : intent.orderId(),
                        "no live authorization",
                        intent.id() + " holds " + intent.amount());
            }
        }
        judgeOurs(subjects, findings);
    }

    private static Object subject(Effect effect) {
        return effect.orderId() == null ? effect.intent() : effect.orderId();
    }

    private static void judgeOurs(Subjects subjects, Findings findings) {
        var journals = Subjects.grouped(subjects.facts().payments().journals(), Journal::paymentId);
        for (var payment : subjects.facts().payments().payments()) {
            findings.checked();
            if (payment.status().equals("AUTHORIZED") && !subjects.inReview(payment.orderId())) {
                findings.violated(payment.orderId(), "no payment left AUTHORIZED", "payment " + payment.id());
            }
            var captures = journals.getOrDefault(payment.id(), List.of()).stream()
                    .filter(journal -> journal.about().startsWith("capture:"))
                    .count();
            if (captures > 1) {
                findings.violated(payment.orderId(), "at most 1 capture in the ledger", captures + " captures");
            }
        }
    }
}
