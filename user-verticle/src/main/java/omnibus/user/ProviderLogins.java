package omnibus.user;

import io.vertx.core.Future;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Identity;
import omnibus.user.OpenIdProvider.Confirmed;
import omnibus.user.UserStore.NewAccount;
import omnibus.user.model.LoginState;
import omnibus.user.model.ProviderIdentity;
import omnibus.user.model.Role;

/**
 * Signing in with an OpenID provider. The client makes a code verifier, begins with its challenge, sends its person to the
 * provider, and finishes with what comes back and the verifier: so nobody can finish what another one began, neither with
 * a stolen code nor by slipping somebody a code of his own (RFC 9700, sections 4.5 and 4.7).
 */
final class ProviderLogins {
    private final Optional<OpenIdProvider> provider;
    private final LoginStates states;
    private final IdentityStore identities;
    private final UserStore accounts;
    private final Users users;
    private final Sessions sessions;
    private final SecurityLog security;

    ProviderLogins(
            Optional<OpenIdProvider> provider,
            LoginStates states,
            IdentityStore identities,
            UserStore accounts,
            Users users,
            Sessions sessions,
            SecurityLog security) {
        this.provider = provider;
        this.states = states;
        this.identities = identities;
        this.accounts = accounts;
        this.users = users;
        this.sessions = sessions;
        this.security = security;
    }

    /** What the provider sent back with somebody, and the verifier of the client that had sent them there. */
    record Return(String code, String state, String codeVerifier) {}

    /** Throws {@link Problem} NOT_FOUND if the shop has none. */
    OpenIdConfig provider() {
        return required().config();
    }

    private OpenIdProvider required() {
        return provider.orElseThrow(Problem::notFound);
    }

    /**
     * Where to send somebody who wants to sign in. Fails with {@link Problem} INVALID {@code unknown-redirect} or
     * UNAVAILABLE; throws NOT_FOUND if the shop has no provider.
     */
    Future<URI> begin(String redirectUri, String codeChallenge, Client client) {
        var asked = required();
        if (!asked.config().redirectUris().contains(redirectUri)) {
            return Future.failedFuture(Problem.invalid(
                    "unknown-redirect",
                    "The provider may not send anybody back there.",
                    Problem.Fault.at("/redirectUri", "is none of the addresses that the shop is configured with")));
        }
        var login = LoginState.begin(redirectUri, codeChallenge);
        return states.issue(login).compose(state -> asked.authorizationUrl(login, state, client.deadline()));
    }

    /**
     * Signs in who came back, with an account that is made if need be. Fails with {@link Problem} UNAUTHENTICATED
     * {@code invalid-login} or {@code provider-refused}, CONFLICT {@code email-taken}, UNAVAILABLE.
     */
    Future<Sessions.Tokens> finish(Return back, Client client) {
        return redeem(back, client)
                .compose(confirmed -> identities
                        .owner(confirmed.who())
                        .compose(found -> found.map(Future::succeededFuture).orElseGet(() -> open(confirmed, client))))
                .compose(owner -> sessions.open(owner.userId(), owner.passwordVersion(), client));
    }

    private Future<Confirmed> redeem(Return back, Client client) {
        var asked = required();
        var login = states.read(back.state()).filter(state -> state.isBegunBy(back.codeVerifier()));
        if (login.isEmpty()) return Future.failedFuture(invalidLogin());
        return asked.redeem(login.get(), back.code(), back.codeVerifier(), client.deadline())
                .onFailure(failure -> tell(failure, client));
    }

    private void tell(Throwable failure, Client client) {
        if (failure instanceof Problem problem && problem.kind() == Problem.Kind.UNAUTHENTICATED) {
            security.providerRefused(client);
        }
    }

    static Problem invalidLogin() {
        return Problem.unauthenticated(
                "invalid-login",
                "This sign-in was not begun by this client, or longer than ten minutes ago. Begin again.");
    }

    /**
     * An account for somebody new. One with the same e-mail is not taken for theirs: anybody may have opened that, and
     * would keep a key to it.
     */
    private Future<IdentityStore.Owner> open(Confirmed confirmed, Client client) {
        return required()
                .withEmail(confirmed, client.deadline())
                .compose(who -> who.verifiedEmail().isEmpty() ? Future.failedFuture(noEmail()) : open(who))
                .onFailure(failure -> tell(failure, client))
                .onSuccess(owner -> security.identityLinked(owner.userId(), client));
    }

    private static Problem noEmail() {
        return Problem.unauthenticated(
                "provider-refused", "The provider tells no e-mail that it has verified; an account needs one.");
    }

    private Future<IdentityStore.Owner> open(ProviderIdentity who) {
        var account = new NewAccount(
                Ids.next(),
                who.verifiedEmail().orElseThrow(),
                who.displayName(),
                Set.of(Role.CUSTOMER),
                Optional.empty());
        // Of two first sign-ins of one person at once, one opens the account and both are in it.
        return accounts.insert(account, who)
                .transform(opened -> identities
                        .owner(who)
                        .compose(owner -> owner.map(Future::succeededFuture)
                                .orElseGet(
                                        () -> Future.failedFuture(opened.failed() ? opened.cause() : invalidLogin()))));
    }

    /**
     * Lets the caller sign in with the provider from now on: one more key to the account, so that it needs the password, or a
     * fresh session where there is none. Fails as {@link #finish}, and with INVALID {@code wrong-password} or CONFLICT {@code identity-taken}.
     */
    Future<IdentityStore.Linked> link(Identity caller, Return back, Optional<String> password, Client client) {
        var user = caller.requireUser();
        var session = Ids.parse(caller.session()).orElse(null);
        return users.prove(caller, password, client)
                .compose(proven -> proven ? Future.<Void>succeededFuture() : sessions.requireFresh(caller))
                .compose(proven -> redeem(back, client))
                .compose(confirmed -> identities.link(Ids.next(), user, session, confirmed.who()))
                .map(linked -> linked.orElseThrow(ProviderLogins::sessionOver))
                .onSuccess(linked -> security.identityLinked(user, client));
    }

    private static Problem sessionOver() {
        return Problem.unauthenticated("not-signed-in", "This session has ended. Sign in again.");
    }

    Future<List<IdentityStore.Linked>> linked(Identity caller) {
        return identities.of(caller.requireUser());
    }

    /**
     * Ends all other sessions, too: any of them may be of who came in that way. Fails with {@link Problem} NOT_FOUND,
     * UNAUTHENTICATED {@code not-signed-in} unless the caller's session is fresh, or CONFLICT {@code last-credential}.
     */
    Future<Void> unlink(Identity caller, UUID id, Client client) {
        var user = caller.requireUser();
        var session = Ids.parse(caller.session()).orElse(null);
        return identities
                .of(user)
                .map(linked -> linked.stream().map(IdentityStore.Linked::id).anyMatch(id::equals))
                .compose(found -> found ? sessions.requireFresh(caller) : Future.failedFuture(Problem.notFound()))
                .compose(fresh -> identities.unlink(user, id, session))
                .map(gone -> {
                    if (!gone) throw Problem.notFound();
                    security.identityUnlinked(user, client);
                    return null;
                });
    }
}
