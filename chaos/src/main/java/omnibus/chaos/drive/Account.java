package omnibus.chaos.drive;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import omnibus.chaos.drive.Web.Reply;
import omnibus.chaos.drive.Web.Request;

/** Somebody who can sign in, and does so again in time. */
final class Account {
    /** Access tokens live 15 minutes. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    private final Web web;
    private final String email;
    private final String password;

    private String userId = "";
    private String token;
    private long signedInAt;

    Account(Web web, String email, String password) {
        this.web = web;
        this.email = email;
        this.password = password;
    }

    String userId() {
        return userId;
    }

    /** Makes the account and signs in. A taken e-mail is an earlier try whose answer was lost. */
    Future<Void> register() {
        var body = Map.of("email", email, "password", password, "name", "A shopper");
        return web.send(new Request("user.register", HttpMethod.POST, "/api/v1/users/register", null, null, body))
                .compose(reply -> reply.status() == 201 || reply.status() == 409
                        ? signIn()
                        : Future.failedFuture("register answers " + reply.status()))
                .compose(in ->
                        web.send(new Request("user.getMe", HttpMethod.GET, "/api/v1/users/me", token, null, null)))
                .compose(me -> {
                    userId = me.body().path("id").asText();
                    return me.status() == 200
                            ? Future.succeededFuture()
                            : Future.failedFuture("users/me answers " + me.status());
                });
    }

    /** A token that is good for a while; the present one where signing in is not possible just now. */
    Future<String> token() {
        boolean fresh = token != null && System.nanoTime() - signedInAt < FRESH.toNanos();
        if (fresh) return Future.succeededFuture(token);
        return signIn().map(in -> token).recover(away -> Future.succeededFuture(token));
    }

    /** The token was refused: the next one is asked for anew. */
    void forgetToken() {
        signedInAt = System.nanoTime() - FRESH.toNanos();
    }

    private Future<Void> signIn() {
        var body = Map.of("email", email, "password", password);
        return web.send(new Request("user.login", HttpMethod.POST, "/api/v1/users/login", null, null, body))
                .compose(this::remember);
    }

    private Future<Void> remember(Reply reply) {
        if (reply.status() != 200) return Future.failedFuture("signing in answers " + reply.status());
        token = reply.body().path("token").asText();
        signedInAt = System.nanoTime();
        return Future.succeededFuture();
    }
}
