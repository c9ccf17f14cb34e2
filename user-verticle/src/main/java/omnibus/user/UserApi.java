package omnibus.user;

import io.vertx.core.Future;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Call;
import omnibus.platform.call.PageCursor;
import omnibus.platform.call.SecurityEvents.Origin;
import omnibus.user.model.Account;
import omnibus.user.model.Address;
import omnibus.user.model.Role;

/** The operations of the contract: bytes in, bytes out, no rules. */
final class UserApi {
    private static final String PROFILES = "/api/v1/users/";
    private static final String ADDRESSES = "/api/v1/users/me/addresses/";

    /** What the operations read from where nothing is to be decided. */
    record Reads(AccountStore accounts, AddressStore addresses, SessionStore sessions, SigningKeys keys) {}

    private final Users users;
    private final Sessions sessions;
    private final ProviderLogins logins;
    private final Addresses addresses;
    private final Reads reads;

    UserApi(Users users, Sessions sessions, ProviderLogins logins, Addresses addresses, Reads reads) {
        this.users = users;
        this.sessions = sessions;
        this.logins = logins;
        this.addresses = addresses;
        this.reads = reads;
    }

    record Registration(String email, String password, String name) {}

    record Login(String email, String password) {}

    record RefreshRequest(String refreshToken) {}

    record ProfilePatch(Optional<String> name) {}

    record PasswordChange(String current, String wanted) {
        @com.fasterxml.jackson.annotation.JsonCreator
        static PasswordChange of(
                @com.fasterxml.jackson.annotation.JsonProperty("current") String current,
                @com.fasterxml.jackson.annotation.JsonProperty("new") String wanted) {
            return new PasswordChange(current, wanted);
        }
    }

    record ProviderView(String name, URI issuer) {}

    record LoginBegin(String redirectUri, String codeChallenge) {}

    record LinkRequest(String code, String state, String codeVerifier, Optional<String> password) {}

    record LoginBegun(URI authorizationUrl, long expiresIn) {}

    record RolesChange(Set<String> roles) {}

    record AddressInput(
            String name, String line1, String line2, String city, String postalCode, String region, String country) {
        Address with(UUID id) {
            return new Address(id, name, line1, line2, city, postalCode, region, country);
        }
    }

    record AddressQuestion(UUID userId, String addressId) {}

    record TokensView(String token, String tokenType, long expiresIn, String refreshToken) {}

    record ProfileView(UUID id, String email, String name, List<String> roles, Instant createdAt) {
        static ProfileView of(Account account) {
            return new ProfileView(
                    account.id(), account.email(), account.name(), Role.codes(account.roles()), account.createdAt());
        }
    }

    record AddressView(
            UUID id,
            String name,
            String line1,
            String line2,
            String city,
            String postalCode,
            String region,
            String country) {
        static AddressView of(Address a) {
            return new AddressView(
                    a.id(), a.name(), a.line1(), a.line2(), a.city(), a.postalCode(), a.region(), a.country());
        }
    }

    record KeySet(List<SigningKeys.Jwk> keys) {}

    Future<Answer> register(Call call) {
        var body = call.body(Registration.class);
        return users.register(body.email(), body.password(), body.name(), Client.of(call))
                .map(account -> Answer.created(PROFILES + account.id(), ProfileView.of(account)));
    }

    Future<Answer> login(Call call) {
        var body = call.body(Login.class);
        return sessions.signIn(body.email(), body.password(), Client.of(call)).map(UserApi::signedIn);
    }

    Future<Answer> getLoginProvider(Call call) {
        var provider = logins.provider();
        return Future.succeededFuture(Answer.ok(new ProviderView(provider.name(), provider.issuer())));
    }

    Future<Answer> beginProviderLogin(Call call) {
        var body = call.body(LoginBegin.class);
        return logins.begin(body.redirectUri(), body.codeChallenge(), Client.of(call))
                .map(url -> Answer.ok(new LoginBegun(url, LoginStates.LIFE.toSeconds()))
                        .header("Cache-Control", "no-store"));
    }

    Future<Answer> finishProviderLogin(Call call) {
        return logins.finish(call.body(ProviderLogins.Return.class), Client.of(call))
                .map(UserApi::signedIn);
    }

    Future<Answer> listIdentities(Call call) {
        return logins.linked(call.identity()).map(linked -> Answer.page(call, linked, null));
    }

    Future<Answer> linkIdentity(Call call) {
        var body = call.body(LinkRequest.class);
        var back = new ProviderLogins.Return(body.code(), body.state(), body.codeVerifier());
        return logins.link(call.identity(), back, body.password(), Client.of(call))
                .map(Answer::ok);
    }

    Future<Answer> unlinkIdentity(Call call) {
        return logins.unlink(call.identity(), call.pathId("id"), Client.of(call))
                .map(done -> Answer.noContent());
    }

    Future<Answer> refresh(Call call) {
        return sessions.refresh(call.body(RefreshRequest.class).refreshToken(), Client.of(call))
                .map(UserApi::signedIn);
    }

    private static Answer signedIn(Sessions.Tokens tokens) {
        var life = AccessTokens.LIFE.toSeconds();
        return Answer.ok(new TokensView(
                        tokens.access(), "Bearer", life, tokens.refresh().reveal()))
                .header("Cache-Control", "no-store");
    }

    Future<Answer> logout(Call call) {
        var user = call.identity().requireUser();
        return sessions.signOut(user, call.body(RefreshRequest.class).refreshToken())
                .map(done -> Answer.noContent());
    }

    Future<Answer> getMe(Call call) {
        return users.own(call.identity()).map(UserApi::profile);
    }

    Future<Answer> updateMe(Call call) {
        var name = call.body(ProfilePatch.class).name();
        var changed = name.isEmpty() ? users.own(call.identity()) : users.rename(call.identity(), name.get());
        return changed.map(UserApi::profile);
    }

    Future<Answer> deleteMe(Call call) {
        return users.close(call.identity(), Origin.of(call)).map(done -> Answer.noContent());
    }

    Future<Answer> changePassword(Call call) {
        var body = call.body(PasswordChange.class);
        return users.changePassword(call.identity(), body.current(), body.wanted(), Client.of(call))
                .map(done -> Answer.noContent());
    }

    Future<Answer> getUser(Call call) {
        var id = call.pathId("id");
        if (!call.identity().is(id) && !call.identity().isAdmin()) throw Problem.notFound();
        return reads.accounts().find(id).map(found -> profile(found.orElseThrow(Problem::notFound)));
    }

    Future<Answer> listUsers(Call call) {
        var after = Place.of(call);
        return reads.accounts()
                .page(after.createdAt(), after.id(), call.limit() + 1)
                .map(found -> page(call, found, ProfileView::of, last -> Place.cursor(last.createdAt(), last.id())));
    }

    Future<Answer> putRoles(Call call) {
        var roles = Role.ofAll(call.body(RolesChange.class).roles());
        return users.changeRoles(call.pathId("id"), roles, call.identity(), Origin.of(call))
                .map(UserApi::profile);
    }

    private static Answer profile(Account account) {
        return Answer.ok(ProfileView.of(account));
    }

    Future<Answer> listAddresses(Call call) {
        var after = Place.of(call);
        var user = call.identity().requireUser();
        return reads.addresses()
                .page(user, after.createdAt(), after.id(), call.limit() + 1)
                .map(found -> page(
                        call,
                        found,
                        listed -> AddressView.of(listed.address()),
                        last -> Place.cursor(
                                last.createdAt().toInstant(), last.address().id())));
    }

    Future<Answer> addAddress(Call call) {
        var address = call.body(AddressInput.class).with(Ids.next());
        return addresses
                .add(call.identity().requireUser(), address)
                .map(added -> Answer.created(ADDRESSES + added.id(), AddressView.of(added)));
    }

    Future<Answer> getAddress(Call call) {
        return reads.addresses()
                .find(call.identity().requireUser(), call.pathId("id"))
                .map(UserApi::address);
    }

    Future<Answer> putAddress(Call call) {
        var address = call.body(AddressInput.class).with(call.pathId("id"));
        return addresses
                .replace(call.identity().requireUser(), address)
                .map(replaced -> Answer.ok(AddressView.of(replaced)));
    }

    Future<Answer> deleteAddress(Call call) {
        return addresses
                .remove(call.identity().requireUser(), call.pathId("id"))
                .map(done -> Answer.noContent());
    }

    Future<Answer> readAddress(Call call) {
        var asked = call.body(AddressQuestion.class);
        var id = Ids.parse(asked.addressId()).orElseThrow(Problem::notFound);
        return reads.addresses().find(asked.userId(), id).map(UserApi::address);
    }

    private static Answer address(Optional<Address> found) {
        return Answer.ok(AddressView.of(found.orElseThrow(Problem::notFound)));
    }

    Future<Answer> readEndedSessions(Call call) {
        var since = call.query("since").map(OffsetDateTime::parse).map(OffsetDateTime::toInstant);
        return reads.sessions().ended(since).map(Answer::ok);
    }

    Future<Answer> getJwks(Call call) {
        var answer = Answer.ok(new KeySet(reads.keys().shown())).header("Cache-Control", "public, max-age=60");
        return Future.succeededFuture(answer);
    }

    /** One more was asked for than fits the page: whether it came tells if there is a next one. */
    private static <T> Answer page(
            Call call, List<T> found, Function<T, Object> view, Function<T, String> cursorAfter) {
        var more = found.size() > call.limit();
        var items = more ? found.subList(0, call.limit()) : found;
        var next = more ? cursorAfter.apply(items.get(items.size() - 1)) : null;
        return Answer.page(call, items.stream().map(view).toList(), next);
    }

    /** A place in a list that is ordered by time of creation, newest first. */
    private record Place(OffsetDateTime createdAt, UUID id) {
        private static final Place START = new Place(OffsetDateTime.parse("9999-01-01T00:00:00Z"), new UUID(-1, -1));

        static Place of(Call call) {
            return call.query("cursor").map(Place::parse).orElse(START);
        }

        private static Place parse(String cursor) {
            var parts = PageCursor.parse(cursor, 2);
            try {
                return new Place(
                        OffsetDateTime.parse(parts.get(0)),
                        Ids.parse(parts.get(1)).orElseThrow(PageCursor::invalid));
            } catch (DateTimeException notOurs) {
                throw PageCursor.invalid();
            }
        }

        static String cursor(Instant createdAt, UUID id) {
            return PageCursor.of(createdAt, id);
        }
    }
}
