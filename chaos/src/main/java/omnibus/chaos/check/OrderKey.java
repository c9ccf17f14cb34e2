package omnibus.chaos.check;

import omnibus.chaos.facts.OrderFacts;
import omnibus.chaos.history.Entry;

/** An idempotency key, which belongs to one user. */
record OrderKey(String userId, String key) {
    static OrderKey of(Entry entry) {
        return new OrderKey(entry.userId(), entry.key());
    }

    static OrderKey of(OrderFacts.Key key) {
        return new OrderKey(key.userId().toString(), key.key());
    }

    @Override
    public String toString() {
        return "key " + key;
    }
}
