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

    JsonObject intents(Form query) {
        return page("/v1/payment_intents", "intents", Archive.ALL, query, line -> true, this::presentIntent);
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
