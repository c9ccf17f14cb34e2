package omnibus.user;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.user.model.Account;
import omnibus.user.model.Credential;
import omnibus.user.model.Email;
import omnibus.user.model.PasswordHash;
import omnibus.user.model.RefreshToken;
import omnibus.user.model.Session;
import omnibus.user.model.SignIn;

/** Signing in, staying signed in, signing out. */
final class Sessions {
    private static final Duration FRESH = Duration.ofMinutes(5);

    private final SessionStore store;
    private final SignInGuard guard;
    private final Passwords passwords;
    private final AccessTokens accessTokens;
    private final SecurityLog security;

    Sessions(
            SessionStore store,
            SignInGuard guard,
            Passwords passwords,
            AccessTokens accessTokens,
            SecurityLog security) {
        this.store = store;
        this.guard = guard;
        this.passwords = passwords;
        this.accessTokens = accessTokens;
        this.security = security;
    }

    /** What a client is signed in with. */
    record Tokens(String access, RefreshToken refresh) {}

    private record Opened(Account account, UUID session, RefreshToken refresh) {}

    /**
     * Fails with {@link Problem} UNAUTHENTICATED {@code wrong-credentials}, the same and as late for a wrong e-mail as for
     * a wrong password, or LIMITED.
     */
    Future<Tokens> signIn(String email, String password, Client client) {
        var normalised = Email.normalised(email);
        // The line first: in a flood even a look at the database is too dear for who would wait in vain. Then the
        // guard, so
        // that a locked account costs no place in the line, and the guard again when the turn has come.
        return passwords
                .lookAtLine(client)
                .compose(open -> guard.look(normalised, client))
                .compose(allowed -> passwords.inTurn(client, () -> signInNow(normalised, password, client)))
                .compose(opened -> tokens(opened.account(), opened.session(), opened.refresh()));
    }

    private Future<Opened> signInNow(String email, String password, Client client) {
        return guard.look(email, client)
                .compose(signIn -> isRight(signIn, password)
                        .compose(right -> right
                                ? open(signIn, password, client)
                                : guard.failed(signIn, email, client).compose(counted -> wrong(signIn, client))));
    }

    private Future<Boolean> isRight(SignIn signIn, String password) {
        return signIn.credential()
                .map(credential -> passwords.matches(password, credential.hash()))
                .orElseGet(() -> passwords.matchesNobodys(password));
    }

    /**
     * Signs in somebody who has proven it elsewhere, when this password counted. Fails with {@link Problem} UNAUTHENTICATED
     * {@code invalid-login} if the account has been closed or secured with another password since.
     */
    Future<Tokens> open(UUID userId, int passwordVersion, Client client) {
        var refresh = RefreshToken.fresh();
        var id = Ids.next();
        var proof = new SessionStore.Proof(userId, passwordVersion, Optional.empty());
        return store.open(proof, client.address(), now -> Session.begin(id, userId, refresh, now))
                .compose(opened -> opened.map(account -> tokens(account, id, refresh))
                        .orElseGet(() -> Future.failedFuture(ProviderLogins.invalidLogin())));
    }

    private Future<Opened> open(SignIn signIn, String password, Client client) {
        var account = signIn.account().orElseThrow();
        var credential = signIn.credential().orElseThrow();
        var refresh = RefreshToken.fresh();
        var id = Ids.next();
        return rehashed(credential, password)
                .map(hash -> new SessionStore.Proof(account.id(), credential.version(), hash))
                .compose(proof ->
                        store.open(proof, client.address(), now -> Session.begin(id, account.id(), refresh, now)))
                .compose(opened -> opened.map(now -> Future.succeededFuture(new Opened(now, id, refresh)))
                        .orElseGet(() -> wrong(signIn, client)));
    }

    private Future<Optional<PasswordHash>> rehashed(Credential credential, String password) {
        if (!passwords.outdated(credential.hash())) return Future.succeededFuture(Optional.empty());
        return passwords.hash(password).map(Optional::of);
    }

    private <T> Future<T> wrong(SignIn signIn, Client client) {
        security.signInFailed(signIn.userId(), client);
        return Future.failedFuture(
                Problem.unauthenticated("wrong-credentials", "The e-mail or the password is wrong."));
    }

    /** Fails with {@link Problem} UNAUTHENTICATED {@code invalid-refresh-token}; showing a used one ends its session. */
    Future<Tokens> refresh(String shown, Client client) {
        var token = RefreshToken.parse(shown);
        if (token.isEmpty()) return Future.failedFuture(invalidRefreshToken());
        var nonce = RefreshToken.freshNonce();
        return store.use(token.get().family(), (session, now) -> session.use(token.get(), now, nonce))
                .compose(used ->
                        used.isEmpty() ? Future.failedFuture(invalidRefreshToken()) : answer(used.get(), client));
    }

    private Future<Tokens> answer(SessionStore.Used used, Client client) {
        if (used.use() instanceof Session.Renewed renewed) {
            return tokens(used.account(), used.session().id(), renewed.next());
        }
        if (used.use() instanceof Session.Repeated repeated) {
            return tokens(used.account(), used.session().id(), repeated.next());
        }
        if (used.use() instanceof Session.Reused) {
            security.tokenReused(used.account().id(), used.session().id(), client);
        }
        return Future.failedFuture(invalidRefreshToken());
    }

    private static Problem invalidRefreshToken() {
        return Problem.unauthenticated(
                "invalid-refresh-token", "This refresh token does not count, or not any more. Sign in again.");
    }

    private Future<Tokens> tokens(Account account, UUID session, RefreshToken refresh) {
        return accessTokens.issue(account, session).map(access -> new Tokens(access, refresh));
    }

    /**
     * Fails with {@link Problem} UNAUTHENTICATED {@code not-signed-in} unless the caller has signed in a moment ago: for what
     * whoever holds an access token of theirs shall not be able to do. Refreshing it makes a session no younger.
     */
    Future<Void> requireFresh(Identity caller) {
        return store.begunWithin(
                        FRESH, caller.requireUser(), Ids.parse(caller.session()).orElse(null))
                .compose(fresh -> fresh ? Future.succeededFuture() : Future.failedFuture(notFresh()));
    }

    /** With the challenge of RFC 9470. */
    private static Problem notFresh() {
        return Problem.unauthenticated(
                        "not-signed-in",
                        "This needs a session that was begun within the last " + FRESH.toMinutes()
                                + " minutes. Sign in again.")
                .header(
                        "WWW-Authenticate",
                        "Bearer realm=\"omnibus\", error=\"insufficient_user_authentication\", max_age="
                                + FRESH.toSeconds());
    }

    /** Ends the session a token belongs to, if it is this user's; anything else changes nothing. */
    Future<Void> signOut(UUID userId, String shown) {
        return RefreshToken.parse(shown)
                .map(token -> store.close(userId, token.family()))
                .orElseGet(Future::succeededFuture);
    }
}
