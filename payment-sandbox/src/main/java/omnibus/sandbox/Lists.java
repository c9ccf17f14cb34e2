package omnibus.sandbox;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;
import java.util.function.Predicate;

/** Stripe's lists, newest first, read off the archive's chains a page at a time. */
final class Lists {
    private final Archive archive;

    Lists(Archive archive) {
        this.archive = archive;
    }

    /**
     * Read as a reconciler reads: often and to its end. So a page begins where the last one ended without walking there
     * again, and the walk ends with the first intent that is older than what is asked for.
     */
    JsonObject intents(Form query) {
        var limit = limit(query);
        var wanted = Created.of(query);
        var expand = query.expands("data.latest_charge");
        var data = new JsonArray();
        var more = new boolean[1];
        Predicate<JsonObject> visitor = line -> {
            var created = line.getJsonObject("intent").getLong("created");
            if (wanted.isPast(created)) return false;
            if (!wanted.takes(created)) return true;
            more[0] = data.size() == limit;
            if (!more[0]) data.add(expand ? withCharge(line) : presentIntent(line));
            return !more[0];
        };
        query.text("starting_after")
                .ifPresentOrElse(
                        after -> archive.walkAfter("intents", madeAs(after), visitor),
                        () -> archive.walk("intents", Archive.ALL, visitor));
        return new JsonObject()
                .put("object", "list")
                .put("url", "/v1/payment_intents")
                .put("has_more", more[0])
                .put("data", data);
    }

    /** The bounds on {@code created}, exact or from and to, in epoch seconds. */
    private record Created(long from, long to) {
        static Created of(Form query) {
            var exactly = query.second("created");
            if (exactly.isPresent()) return new Created(exactly.get(), exactly.get());
            return new Created(
                    Math.max(
                            query.second("created[gte]").orElse(0L),
                            query.second("created[gt]").orElse(-1L) + 1),
                    Math.min(
                            query.second("created[lte]").orElse(Long.MAX_VALUE),
                            query.second("created[lt]").orElse(Long.MAX_VALUE) - 1));
        }

        boolean takes(long second) {
            return second >= from && second <= to;
        }

        boolean isPast(long second) {
            return second < from;
        }
    }

    private JsonObject madeAs(String intent) {
        return archive.oldest("intent", intent)
                .orElseThrow(() -> StripeError.invalid(
                        "resource_missing", "starting_after", "No such payment_intent: '" + intent + "'"));
    }

    private JsonObject withCharge(JsonObject line) {
        var now = archive.newest("intent", line.getJsonObject("intent").getString("id"))
                .orElseThrow();
        return PaymentIntent.ofLine(now).expanded();
    }

    JsonObject refunds(Form query) {
        var intent = query.text("payment_intent");
        return page(
                "/v1/refunds",
                intent.isPresent() ? "refundsOf" : "refunds",
                intent.orElse(Archive.ALL),
                query,
                line -> true,
                line -> line.getJsonObject("refund"));
    }

    JsonObject events(Form query) {
        var type = query.text("type");
        Predicate<JsonObject> wanted =
                line -> type.isEmpty() || line.getString("eventType").equals(type.get());
        return page(
                "/v1/events",
                "events",
                Archive.ALL,
                query,
                wanted,
                line -> ProviderEvent.ofLine(line).toJson());
    }

    JsonObject event(String id) {
        var found = new JsonObject[1];
        archive.walk("events", Archive.ALL, line -> {
            if (line.getString("event").equals(id)) found[0] = line;
            return found[0] == null;
        });
        if (found[0] == null) throw StripeError.notFound("event", id);
        return ProviderEvent.ofLine(found[0]).toJson();
    }

    /** @param newestSecond intents younger than this are not in the search index yet */
    JsonObject search(String orderId, int limit, long newestSecond) {
        var found = new JsonArray();
        archive.walk("order", orderId, line -> {
            var intent = presentIntent(line);
            if (intent.getLong("created") <= newestSecond) found.add(intent);
            return found.size() < limit;
        });
        return new JsonObject()
                .put("object", "search_result")
                .put("url", "/v1/payment_intents/search")
                .put("has_more", false)
                .put("next_page", null)
                .put("data", found);
    }

    /** The line shows the intent when it was made; what counts is what it is now. */
    private JsonObject presentIntent(JsonObject line) {
        var id = line.getJsonObject("intent").getString("id");
        return archive.newest("intent", id).orElseThrow().getJsonObject("intent");
    }

    private JsonObject page(
            String url,
            String label,
            String key,
            Form query,
            Predicate<JsonObject> wanted,
            Function<JsonObject, JsonObject> view) {
        var limit = limit(query);
        var after = query.text("starting_after");
        var data = new JsonArray();
        var state = new boolean[] {after.isEmpty(), false};
        archive.walk(label, key, line -> {
            if (!wanted.test(line)) return true;
            var item = view.apply(line);
            if (!state[0]) {
                state[0] = item.getString("id").equals(after.get());
                return true;
            }
            state[1] = data.size() == limit;
            if (!state[1]) data.add(item);
            return !state[1];
        });
        if (!state[0]) {
            throw StripeError.invalid("resource_missing", "starting_after", "No such object: '" + after.get() + "'");
        }
        return new JsonObject()
                .put("object", "list")
                .put("url", url)
                .put("has_more", state[1])
                .put("data", data);
    }

    static int limit(Form query) {
        var limit = query.positive("limit").orElse(10L);
        if (limit > 100) {
            throw StripeError.invalid("parameter_invalid_integer", "limit", "Invalid integer: " + limit);
        }
        return limit.intValue();
    }
}
