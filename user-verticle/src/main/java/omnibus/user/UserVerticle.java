package omnibus.user;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import omnibus.platform.Instance;
import omnibus.platform.Main;
import omnibus.platform.Platform;
import omnibus.platform.call.Contract;
import omnibus.platform.postgres.EventLog;
import omnibus.platform.postgres.Postgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The user service: accounts, sign-in, address books. */
public final class UserVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(UserVerticle.class);
    private static final String SERVICE = "user";
    private static final int WARM_UP_READS = 200;
    private static final long KEYS_MILLIS = 60_000;
    private static final long PRUNE_MILLIS = 3_600_000;

    private final Platform platform;
    private final UserConfig config;
    private final Passwords.Cost passwordCost;
    private final int keyBits;
    private Pool pool;
    private Passwords passwords;
    private Instance instance;

    public static void main(String[] args) {
        Main.run(SERVICE, UserConfig::from, UserVerticle::new);
    }

    UserVerticle(Platform platform, UserConfig config) {
        this(platform, config, Passwords.Cost.STANDARD, SigningKeys.STANDARD_BITS);
    }

    UserVerticle(Platform platform, UserConfig config, Passwords.Cost passwordCost, int keyBits) {
        this.platform = platform;
        this.config = config;
        this.passwordCost = passwordCost;
        this.keyBits = keyBits;
    }

    @Override
    public Future<?> start() {
        return Postgres.migrate(vertx, config.postgres(), SERVICE).compose(migrated -> wire());
    }

    private Future<Void> wire() {
        pool = Postgres.pool(vertx, config.postgres());
        passwords = new Passwords(vertx, passwordCost);
        var log = new EventLog(platform, SERVICE, pool);
        var accounts = new AccountStore(pool, log);
        var sessionStore = new SessionStore(pool, accounts);
        var addressStore = new AddressStore(pool, accounts);
        var signIns = new SignInStore(pool);
        var keyStore = new SigningKeyStore(pool);
        var security = new SecurityLog();
        var guard = new SignInGuard(signIns, security, config.limits());
        var seal = new KeySeal(config.signingSecret());
        var keys = new SigningKeys(vertx, keyStore, seal, config.keyRotation(), security, keyBits);
        var tokens = new AccessTokens(vertx, platform.clock(), keys);
        var userStore = new UserStore(pool, accounts, sessionStore);
        var users = new Users(accounts, userStore, passwords, config.breached(), guard, security);
        var sessions = new Sessions(sessionStore, guard, passwords, tokens, security);
        var provider = config.openId().map(openId -> new OpenIdProvider(vertx, openId));
        var logins = new ProviderLogins(
                provider,
                new LoginStates(vertx, platform.clock(), keys),
                new IdentityStore(pool, accounts, sessionStore),
                userStore,
                users,
                sessions,
                security);
        var reads = new UserApi.Reads(accounts, addressStore, sessionStore, keys);
        var api = new UserApi(users, sessions, logins, new Addresses(addressStore), reads);

        return keys.refresh()
                .compose(ready -> users.ensureAdmin(config.firstAdmin()))
                .compose(ready -> Instance.of(platform, Contract.load(SERVICE), api)
                        .events(log)
                        .store("postgres", () -> Postgres.ping(pool))
                        .warmUp(() -> warmUp(accounts))
                        .onStop(() -> Future.join(passwords.close(), closed(provider), pool.close()))
                        .start())
                .onSuccess(started -> {
                    instance = started;
                    every(KEYS_MILLIS, "reading the signing keys", keys::refresh);
                    every(
                            PRUNE_MILLIS,
                            "clearing away what is over",
                            () -> Future.all(sessionStore.prune(), signIns.prune(), keyStore.prune()));
                })
                .mapEmpty();
    }

    private static Future<?> closed(Optional<OpenIdProvider> provider) {
        return provider.map(OpenIdProvider::close).orElseGet(Future::succeededFuture);
    }

    private Future<?> warmUp(AccountStore accounts) {
        Future<?> reads = Future.succeededFuture();
        for (var i = 0; i < WARM_UP_READS; i++) reads = reads.compose(done -> accounts.find(new UUID(0, 0)));
        return reads;
    }

    private void every(long millis, String what, Supplier<Future<?>> work) {
        vertx.setPeriodic(millis, tick -> work.get().onFailure(e -> LOG.warn("{} failed: {}", what, e.toString())));
    }

    @Override
    public Future<?> stop() {
        return instance == null ? Future.succeededFuture() : instance.stop();
    }
}
