package omnibus.launcher;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The end of {@code up}: something to sell, and where everything is. */
final class Welcome {
    private final Fleet fleet;
    private final Home home;
    private final Progress progress;

    Welcome(Fleet fleet, Progress progress) {
        this.fleet = fleet;
        this.home = fleet.home();
        this.progress = progress;
    }

    void afterStart(ShopState state, boolean demo) {
        var client = new ShopClient(state.url());
        var catalogue = new DemoCatalogue(
                home, client, state.settings().text("OMNIBUS_CURRENCY").orElse("EUR"));
        boolean toLoad = demo && !catalogue.isLoaded();
        var admin = Admin.settle(home, state.settings());
        var named = Admin.of(home, state.settings());
        if (toLoad || !named.sameCredentials(admin)) admin = signIn(client, admin, named);
        if (toLoad) progress.done("demo catalogue", catalogue.load(fleet.now()) + " products with stock");
        tell(state, admin);
    }

    /** ADMIN_EMAIL and ADMIN_PASSWORD make the first administrator; later they must be those of an existing one. */
    private Admin signIn(ShopClient client, Admin admin, Admin named) {
        int status = client.signIn(named);
        if (status == 200) {
            if (!named.sameCredentials(admin)) named.remember(home);
            return named;
        }
        if (status >= ShopClient.BUSY_STATUS) {
            throw Failure.failed(
                    "The shop runs, but signing in answers " + status + ".",
                    "The service user is overloaded or cannot reach its database.",
                    "Read ./omnibus logs user, then run ./omnibus up again: it goes on here.");
        }
        if (!named.sameCredentials(admin) && client.signIn(admin) == 200) {
            progress.line(
                    "  ADMIN_EMAIL and ADMIN_PASSWORD count at the first start only; the administrator stays " + admin);
            return admin;
        }
        throw Failure.failed(
                "The administrator " + named + " cannot sign in (" + status + ").",
                "The accounts of this shop were made with another first administrator.",
                "Give that one's credentials: ADMIN_EMAIL=… ADMIN_PASSWORD=… ./omnibus up. The shop itself runs.");
    }

    private void tell(ShopState state, Admin admin) {
        progress.line("");
        progress.line(String.format(java.util.Locale.ROOT, "Omnibus is ready after %.1f s.", progress.seconds()));
        progress.line("  shop            " + state.url());
        progress.line("  API, to try     " + state.url() + "/docs");
        progress.line("  administrator   " + administrator(admin));
        progress.line("  stores          " + stores(state.settings()));
        progress.line("  data and logs   " + home.path());
        progress.line("");
        progress.line("Next: scripts/smoke buys something and checks every step. ./omnibus ps shows what runs,");
        progress.line(
                "./omnibus logs -f order what it says, ./omnibus scale product 3 adds instances, ./omnibus down stops.");
    }

    private String administrator(Admin admin) {
        if (!admin.generated() || admin.shown()) return admin.email() + ", credentials in " + Admin.file(home);
        admin.asShown().remember(home);
        return admin.email() + ", password " + admin.password() + "  (shown this once; kept in " + Admin.file(home)
                + ")";
    }

    private static String stores(ShopSettings settings) {
        return Stream.of(Store.values())
                .map(store -> settings.external(store)
                        .map(url -> store.key + " at " + store.hostAndPort(url).orElse("?"))
                        .orElse(store.embedded))
                .collect(Collectors.joining("; "));
    }
}
