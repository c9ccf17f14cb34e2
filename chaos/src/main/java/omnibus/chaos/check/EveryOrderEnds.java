package omnibus.chaos.check;

/** I5. Waiting for a person is an end of its own; waiting for anything else is none. */
final class EveryOrderEnds implements Invariant {
    @Override
    public String id() {
        return "I5";
    }

    @Override
    public String promise() {
        return "every order ends";
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        for (var saga : subjects.facts().orders().sagas()) {
            findings.checked();
            if (!saga.done() && !saga.inReview()) {
                findings.violated(saga.orderId(), "a saga that has ended", saga.state() + " at " + saga.step());
            }
        }
        for (var payment : subjects.facts().payments().payments()) {
            if (payment.openStep() != null && !subjects.inReview(payment.orderId())) {
                findings.violated(payment.orderId(), "a settled payment", payment.openStep() + " under way");
            }
        }
        for (var call : subjects.facts().payments().calls()) {
            if (call.state().equals("OPEN") && !subjects.inReview(call.orderId())) {
                findings.violated(call.orderId(), "every call to the provider answered", "an open " + call.key());
            }
        }
    }
}
