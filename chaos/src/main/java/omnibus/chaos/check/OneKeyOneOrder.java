package omnibus.chaos.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.chaos.facts.OrderFacts;
import omnibus.chaos.history.Entry;

/** I7. However often a request is sent with a key, it is answered alike, with the one order that it made. */
final class OneKeyOneOrder implements Invariant {
    private static final int KEY_REUSED = 422;

    private record Answer(UUID order, int status) {}

    private final Map<OrderKey, Answer> answers = new HashMap<>();
    private final Map<OrderKey, List<String>> asked = new HashMap<>();
    private final List<Violation> differing = new ArrayList<>();

    @Override
    public String id() {
        return "I7";
    }

    @Override
    public String promise() {
        return "same key, same order and answer";
    }

    @Override
    public void hear(Entry entry) {
        if (!Told.places(entry)) return;
        var key = OrderKey.of(entry);
        switch (entry.phase()) {
            case INVOKE -> Told.asked(entry).ifPresent(items -> ask(key, items));
            case OK ->
                Told.order(entry)
                        .ifPresentOrElse(
                                order -> answer(key, new Answer(order, entry.status())),
                                () -> differ(key, "an answer that names its order", "status " + entry.status()));
            case REFUSED -> {
                if (entry.status() == KEY_REUSED && asked.containsKey(key)) {
                    differ(key, "a repeat of the same request to be recognized", "422: another request's key");
                }
            }
            case UNKNOWN -> {}
        }
    }

    /** A key that a shopper uses for several requests is no test of this. */
    private void ask(OrderKey key, List<String> items) {
        var first = asked.putIfAbsent(key, items);
        if (first != null && !first.equals(items)) asked.remove(key);
    }

    private void answer(OrderKey key, Answer answer) {
        var first = answers.putIfAbsent(key, answer);
        if (first != null && !first.equals(answer)) {
            differ(key, "order " + first.order + ", status " + first.status, answer.order + ", " + answer.status);
        }
    }

    private void differ(OrderKey key, String expected, String found) {
        differing.add(new Violation(id(), key.toString(), expected, found));
    }

    @Override
    public void judge(Subjects subjects, Findings findings) {
        findings.checked(answers.size());
        differing.forEach(findings::add);
        var kept = Subjects.grouped(subjects.facts().orders().keys(), OrderKey::of);
        kept.forEach((key, rows) -> {
            var orders = rows.stream().map(OrderFacts.Key::orderId).distinct().toList();
            if (orders.size() > 1) findings.violated(key, "one order", "the orders " + orders);
        });
        answers.forEach((key, answer) -> {
            var rows = kept.get(key);
            if (rows == null) findings.violated(key, "a key that is kept with order " + answer.order, "no such key");
            else findings.same(key, "an answer with order", rows.get(0).orderId(), answer.order);
        });
    }
}
