package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import omnibus.platform.Ids;
import omnibus.platform.Problem;
import omnibus.platform.Secret;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.Identity;
import omnibus.platform.call.SecurityEvents.Origin;
import omnibus.platform.events.Event;
import omnibus.platform.events.LoggedEvent;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;
import omnibus.testkit.TestPlatform;
import omnibus.testkit.TestStores;
import omnibus.user.model.Account;
import omnibus.user.model.Role;
import omnibus.user.model.Subject;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The whole service of one suite, without its verticle: a database of its own, real stores, passwords hashed cheaply. */
final class UserFixtures implements BeforeAllCallback, AfterAllCallback {
    static final Passwords.Cost CHEAP = new Passwords.Cost(64, 1, 1);
    /** Made much faster than a key that is worth something. */
    static final int FEW_BITS = 1024;

    static final String PASSWORD = "correct horse battery";
    static final Secret SIGNING_SECRET = new Secret("a secret that only the tests of this service have");
    static final Origin ORIGIN = new Origin("r-1", "user.something", "192.0.2.0/24", null);

    private final AtomicInteger people = new AtomicInteger();
    private final SecurityLog security = new SecurityLog();

    TestPlatform test;
    Pool pool;
    EventLog log;
    AccountStore accounts;
    UserStore userStore;
    SessionStore sessionStore;
    SignInStore signIns;
    Passwords passwords;
    SigningKeys keys;
    Users users;
    Sessions sessions;
    Addresses addresses;
    AddressStore addressStore;

    @Override
    public void beforeAll(ExtensionContext context) {
        test = TestPlatform.start();
        var postgres = TestStores.postgres("user");
        await(Postgres.migrate(test.vertx(), postgres, "user"));
        pool = Postgres.pool(test.vertx(), postgres);
        log = new EventLog(test.platform(), "user", pool);
        accounts = new AccountStore(pool, log);
        sessionStore = new SessionStore(pool, accounts);
        userStore = new UserStore(pool, accounts, sessionStore);
        addressStore = new AddressStore(pool, accounts);
        addresses = new Addresses(addressStore);
        signIns = new SignInStore(pool);
        passwords = new Passwords(test.vertx(), CHEAP);
        keys = keys(Duration.ofDays(90));
        UserService.patiently(() -> await(keys.refresh()));
        users = users(passwords, BreachedPasswords.none(), true);
        sessions = sessions(passwords, true);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        await(pool.close());
        test.close();
    }

    SigningKeys keys(Duration rotation) {
        return keys(rotation, SIGNING_SECRET);
    }

    SigningKeys keys(Duration rotation, Secret secret) {
        return new SigningKeys(
                test.vertx(), new SigningKeyStore(pool), new KeySeal(secret), rotation, security, FEW_BITS);
    }

    Users users(Passwords hashing, BreachedPasswords breached, boolean limits) {
        return new Users(accounts, userStore, hashing, breached, new SignInGuard(signIns, security, limits), security);
    }

    Sessions sessions(Passwords hashing, boolean limits) {
        var tokens = new AccessTokens(test.vertx(), test.platform().clock(), keys);
        return new Sessions(sessionStore, new SignInGuard(signIns, security, limits), hashing, tokens, security);
    }

    <T> T await(Future<T> future) {
        return test.await(future);
    }

    /** All of them, begun at once; null where one was refused. */
    <T> List<T> allAtOnce(Stream<Future<T>> begun) {
        var futures = begun.toList();
        await(Future.join(futures).otherwiseEmpty());
        return futures.stream().map(Future::result).toList();
    }

    Problem refusalOf(Future<?> future) {
        return assertThrows(Problem.class, () -> await(future));
    }

    /** A client at an address nobody else in the suite has. */
    Client aClient() {
        return clientAt("client " + people.incrementAndGet());
    }

    static Client clientAt(String address) {
        return new Client(Optional.of(Subject.ofAddress(address)), ORIGIN, Deadline.in(Duration.ofSeconds(20)));
    }

    String anEmail() {
        return "person" + people.incrementAndGet() + "@example.com";
    }

    Account aCustomer() {
        return await(users.register(anEmail(), PASSWORD, "Some Body", aClient()));
    }

    /** Makes an administrator, the only ones being this and those made so in the same test or before. */
    Account anAdmin() {
        var customer = aCustomer();
        var both = Set.of(Role.CUSTOMER, Role.ADMIN);
        return await(userStore.changeRoles(customer.id(), (account, admins) -> account.withRoles(both, admins)))
                .orElseThrow();
    }

    void noAdmins() {
        sql("update account set roles = '{customer}' where 'admin' = any (roles)");
    }

    Sessions.Tokens signedIn(Account account) {
        return await(sessions.signIn(account.email(), PASSWORD, aClient()));
    }

    Identity identityOf(Account account, UUID session) {
        return new Identity(account.id(), Set.copyOf(Role.codes(account.roles())), session.toString());
    }

    UUID sessionOf(Sessions.Tokens tokens) {
        return sql("select id from session where family = $1", tokens.refresh().family())
                .iterator()
                .next()
                .getUUID("id");
    }

    Set<UUID> sessionsOf(Account account) {
        return AccountStore.stream(sql("select id from session where user_id = $1", account.id()))
                .map(row -> row.getUUID("id"))
                .collect(java.util.stream.Collectors.toSet());
    }

    boolean hasEnded(UUID session) {
        return await(sessionStore.ended(Optional.empty())).sessions().stream()
                .anyMatch(ended -> ended.session().equals(session));
    }

    RowSet<Row> sql(String statement, Object... values) {
        return await(pool.preparedQuery(statement).execute(Tuple.from(values)));
    }

    /** What the log tells of one account, oldest first. */
    List<Event> eventsOf(UUID user) {
        return await(log.read(0, 10_000)).events().stream()
                .map(LoggedEvent::event)
                .filter(event -> event.aggregate().equals(user.toString()))
                .toList();
    }

    List<String> eventTypesOf(UUID user) {
        return eventsOf(user).stream().map(Event::type).toList();
    }

    static UUID anId() {
        return Ids.next();
    }
}
