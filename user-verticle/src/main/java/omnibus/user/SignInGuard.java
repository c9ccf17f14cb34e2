package omnibus.user;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import omnibus.platform.Problem;
import omnibus.user.model.SignIn;
import omnibus.user.model.SignInLimit;
import omnibus.user.model.Subject;

/** Counts failures to prove who one is and refuses more than are allowed. With limits off it refuses nothing. */
final class SignInGuard {
    private final SignInStore store;
    private final SecurityLog security;
    private final boolean limits;

    SignInGuard(SignInStore store, SecurityLog security, boolean limits) {
        this.store = store;
        this.security = security;
        this.limits = limits;
    }

    /** What is known of an attempt. Fails with {@link Problem} LIMITED if no more are allowed. */
    Future<SignIn> look(String email, Client client) {
        return store.look(email, client.address()).map(signIn -> {
            if (limits) tell(signIn, client, signIn::refuseIfLimited);
            return signIn;
        });
    }

    /** Counts a failed attempt. Fails with {@link Problem} LIMITED if it was one too many. */
    Future<Void> failed(SignIn signIn, String email, Client client) {
        if (!limits) return Future.succeededFuture();
        var subjects = new ArrayList<Subject>();
        if (!signIn.knownAddress()) subjects.add(Subject.ofEmail(email));
        client.address().ifPresent(subjects::add);
        return store.count(subjects).map(counted -> {
            tell(signIn, client, () -> refuse(counted));
            return null;
        });
    }

    /** Fails with {@link Problem} LIMITED if this user has guessed the present password too often. */
    Future<Void> admitPasswordChange(UUID userId) {
        if (!limits) return Future.succeededFuture();
        return store.failures(Subject.ofPasswordChange(userId)).map(counted -> {
            SignInLimit.refuse(counted.failures(), counted.now());
            return null;
        });
    }

    Future<Void> failedPasswordChange(UUID userId) {
        if (!limits) return Future.succeededFuture();
        return store.count(List.of(Subject.ofPasswordChange(userId))).map(counted -> {
            refuse(counted);
            return null;
        });
    }

    private static void refuse(List<SignInStore.Counted> counted) {
        counted.forEach(one -> SignInLimit.refuseCounted(one.failures(), one.now()));
    }

    private void tell(SignIn signIn, Client client, Runnable check) {
        try {
            check.run();
        } catch (Problem refusal) {
            security.signInLimited(signIn.userId(), client);
            throw refusal;
        }
    }
}
