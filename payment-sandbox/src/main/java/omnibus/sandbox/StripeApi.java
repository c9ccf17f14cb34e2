package omnibus.sandbox;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wire: Stripe's paths, parameters, headers and error bodies over {@link Operations}. */
final class StripeApi {
    static final String VERSION = "2025-03-31.basil";

    private static final Logger LOG = LoggerFactory.getLogger(StripeApi.class);
    private static final int LARGEST_BODY = 64 * 1024;
    private static final Set<String> CONFIRM_PARAMETERS =
            Set.of("payment_method", "off_session", "return_url", "error_on_requires_action", "expand");
    private static final Set<String> CREATE_PARAMETERS = Set.of(
            "amount",
            "currency",
            "payment_method",
            "payment_method_types",
            "automatic_payment_methods",
            "capture_method",
            "confirm",
            "confirmation_method",
            "off_session",
            "error_on_requires_action",
            "return_url",
            "description",
            "statement_descriptor",
            "statement_descriptor_suffix",
            "metadata",
            "customer",
            "receipt_email",
            "expand");
    private static final Pattern METADATA_QUERY =
            Pattern.compile("metadata\\[['\"]order_id['\"]]\\s*:\\s*['\"]([^'\"]*)['\"]");

    private final Vertx vertx;
    private final SandboxConfig config;
    private final Operations operations;
    private final Provider provider;
    private final Lists lists;
    private final Faults faults;
    private final Clock clock;
    private final byte[] key;
    private long requests;

    StripeApi(
            Vertx vertx,
            Clock clock,
            SandboxConfig config,
            Operations operations,
            Provider provider,
            Lists lists,
            Faults faults) {
        this.clock = clock;
        this.lists = lists;
        this.vertx = vertx;
        this.config = config;
        this.operations = operations;
        this.provider = provider;
        this.faults = faults;
        this.key = config.key().getBytes(StandardCharsets.UTF_8);
    }

    long requests() {
        return requests;
    }

    Router router() {
        var router = Router.router(vertx);
        router.route().handler(this::authenticate);
        post(router, "/v1/payment_intents", "create", CREATE_PARAMETERS, (id, form) -> provider.create(form));
        post(router, "/v1/payment_intents/:id/confirm", "confirm", CONFIRM_PARAMETERS, provider::confirm);
        post(
                router,
                "/v1/payment_intents/:id/capture",
                "capture",
                Set.of("amount_to_capture", "metadata", "expand"),
                provider::capture);
        post(
                router,
                "/v1/payment_intents/:id/cancel",
                "cancel",
                Set.of("cancellation_reason", "expand"),
                provider::cancel);
        post(
                router,
                "/v1/refunds",
                "refund",
                Set.of("payment_intent", "amount", "reason", "metadata", "expand"),
                (id, form) -> provider.refund(form));
        get(router, "/v1/payment_intents", Set.of(), query -> lists.intents(query.form));
        get(router, "/v1/payment_intents/search", Set.of("query", "page"), this::search);
        get(
                router,
                "/v1/payment_intents/:id",
                Set.of("client_secret"),
                query -> query.form.expands("latest_charge")
                        ? provider.intent(query.id).expanded()
                        : provider.intent(query.id).toJson());
        get(router, "/v1/refunds", Set.of("payment_intent", "charge"), query -> lists.refunds(query.form));
        get(
                router,
                "/v1/refunds/:id",
                Set.of(),
                query -> provider.refund(query.id).toJson());
        get(router, "/v1/events", Set.of("type", "types"), query -> lists.events(query.form));
        get(router, "/v1/events/:id", Set.of(), query -> lists.event(query.id));
        router.get("/sandbox/faults").handler(ctx -> answer(ctx, 200, faults.toJson()));
        router.put("/sandbox/faults").handler(this::setFaults);
        router.delete("/sandbox/faults").handler(ctx -> {
            faults.set(new JsonObject());
            answer(ctx, 200, faults.toJson());
        });
        router.route().last().handler(ctx -> {
            throw StripeError.unrecognizedUrl(
                    ctx.request().method().name(), ctx.request().path());
        });
        router.route().failureHandler(ctx -> refuse(ctx, ctx.failure()));
        return router;
    }

    /** @param id of the path, {@code null} where the path has none */
    private record Query(String id, Form form) {}

    private void authenticate(RoutingContext ctx) {
        requests++;
        ctx.put("request", Provider.newId("req"));
        var header =
                Optional.ofNullable(ctx.request().getHeader("Authorization")).orElse("");
        if (header.isEmpty()) {
            throw StripeError.unauthorized(
                    "You did not provide an API key. Send it as 'Authorization: Bearer YOUR_SECRET_KEY'.");
        }
        if (!MessageDigest.isEqual(key, credential(header).getBytes(StandardCharsets.UTF_8))) {
            throw StripeError.unauthorized("Invalid API Key provided.");
        }
        ctx.next();
    }

    /** A bearer token, or the user name of basic authentication. */
    private static String credential(String header) {
        if (header.startsWith("Bearer ")) {
            return header.substring("Bearer ".length()).strip();
        }
        if (header.startsWith("Basic ")) {
            try {
                var pair = new String(
                        Base64.getDecoder()
                                .decode(header.substring("Basic ".length()).strip()),
                        StandardCharsets.UTF_8);
                return pair.contains(":") ? pair.substring(0, pair.indexOf(':')) : pair;
            } catch (IllegalArgumentException malformed) {
                return "";
            }
        }
        return "";
    }

    private void post(
            Router router,
            String path,
            String operation,
            Set<String> allowed,
            BiFunction<String, Form, Effect> decision) {
        router.post(path).handler(ctx -> {
            var plan = faults.plan(operation);
            body(ctx)
                    .compose(body -> {
                        if (plan.lostRequest()) {
                            return cut(ctx, 0);
                        }
                        if (plan.outage()) {
                            throw StripeError.outage();
                        }
                        var form = Form.parse(body.toString(StandardCharsets.UTF_8))
                                .allow(allowed);
                        var command = new Operations.Command(
                                ctx.get("request"),
                                Optional.ofNullable(ctx.request().getHeader("Idempotency-Key")),
                                ctx.request().path(),
                                form.fingerprint(),
                                () -> decision.apply(ctx.pathParam("id"), form));
                        return operations.run(command, plan).compose(outcome -> reply(ctx, outcome, plan));
                    })
                    .onFailure(failure -> refuse(ctx, failure));
        });
    }

    private Future<Void> reply(RoutingContext ctx, Operations.Outcome outcome, Faults.Plan plan) {
        if (plan.lostReply()) {
            return cut(ctx, 0);
        }
        // A repeat of the lost answer's request is answered: only so can it ever be learnt by asking again.
        if (outcome.effect().card() == TestCard.NO_ANSWER && !outcome.replayed()) {
            return cut(ctx, config.holdMillis());
        }
        if (outcome.replayed()) {
            ctx.response().putHeader("Idempotent-Replayed", "true");
        }
        answer(ctx, outcome.effect().status(), outcome.effect().body());
        return Future.succeededFuture();
    }

    private Future<Void> cut(RoutingContext ctx, int afterMillis) {
        var waited = afterMillis == 0
                ? Future.<Void>succeededFuture()
                : vertx.timer(afterMillis).<Void>mapEmpty();
        return waited.compose(go -> ctx.request().connection().close());
    }

    private void get(Router router, String path, Set<String> filters, Function<Query, JsonObject> reading) {
        var allowed = new HashSet<>(Set.of("limit", "starting_after", "ending_before", "created", "expand"));
        allowed.addAll(filters);
        router.get(path).handler(ctx -> {
            var plan = faults.plan("read");
            if (plan.lostRequest() || plan.lostReply()) {
                cut(ctx, 0);
                return;
            }
            if (plan.outage()) {
                throw StripeError.outage();
            }
            var form = Form.parse(Optional.ofNullable(ctx.request().query()).orElse(""))
                    .allow(allowed);
            var pause = plan.delayMillis() + plan.stallMillis();
            var ready = pause == 0
                    ? Future.<Void>succeededFuture()
                    : vertx.timer(pause).<Void>mapEmpty();
            ready.compose(go -> operations.read(() -> reading.apply(new Query(ctx.pathParam("id"), form))))
                    .onSuccess(json -> answer(ctx, 200, json))
                    .onFailure(failure -> refuse(ctx, failure));
        });
    }

    private JsonObject search(Query query) {
        var text = query.form.required("query");
        var match = METADATA_QUERY.matcher(text);
        if (!match.matches()) {
            throw StripeError.invalid("This sandbox searches by metadata['order_id']:'…' only; got: " + text)
                    .with("param", "query");
        }
        var newest = clock.instant().getEpochSecond() - faults.searchLagSeconds();
        return lists.search(match.group(1), Lists.limit(query.form), newest);
    }

    private void setFaults(RoutingContext ctx) {
        body(ctx)
                .onSuccess(body -> {
                    try {
                        faults.set(new JsonObject(body));
                        LOG.info("faults {}", faults.toJson());
                        answer(ctx, 200, faults.toJson());
                    } catch (DecodeException notJson) {
                        refuse(ctx, StripeError.invalid("The body must be a JSON object."));
                    } catch (StripeError refused) {
                        refuse(ctx, refused);
                    }
                })
                .onFailure(failure -> refuse(ctx, failure));
    }

    private static Future<Buffer> body(RoutingContext ctx) {
        var length = ctx.request().getHeader("Content-Length");
        // A caller that does not say how much it sends could send without end.
        if (length == null && ctx.request().getHeader("Transfer-Encoding") != null) {
            return Future.failedFuture(StripeError.tooLarge());
        }
        if (length != null && (length.length() > 9 || Integer.parseInt(length) > LARGEST_BODY)) {
            return Future.failedFuture(StripeError.tooLarge());
        }
        return ctx.request().body();
    }

    private void refuse(RoutingContext ctx, Throwable failure) {
        if (failure instanceof StripeError refused) {
            answer(ctx, refused.status(), refused.toJson());
        } else if (!ctx.response().closed()) {
            LOG.error("{} {} failed", ctx.request().method(), ctx.request().path(), failure);
            answer(ctx, 500, StripeError.broken("An unknown error occurred.").toJson());
        }
    }

    private static void answer(RoutingContext ctx, int status, JsonObject body) {
        var response = ctx.response();
        if (response.ended() || response.closed()) {
            return;
        }
        var key = ctx.request().getHeader("Idempotency-Key");
        if (key != null && ctx.request().method() == HttpMethod.POST) {
            response.putHeader("Idempotency-Key", key);
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .putHeader("Request-Id", ctx.<String>get("request"))
                .putHeader("Stripe-Version", VERSION)
                .end(body.toBuffer());
    }
}
