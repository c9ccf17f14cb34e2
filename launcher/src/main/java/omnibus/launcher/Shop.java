package omnibus.launcher;

import static omnibus.launcher.Role.Duty.GATEWAY;
import static omnibus.launcher.Role.Duty.SANDBOX;
import static omnibus.launcher.Role.Duty.SERVICE;
import static omnibus.launcher.Role.Duty.STORES;
import static omnibus.launcher.Role.Duty.SUPERVISOR;
import static omnibus.launcher.Store.MONGO;
import static omnibus.launcher.Store.POSTGRES;
import static omnibus.launcher.Store.REDIS;

import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The processes of a shop, as data: those of the distribution, each one line here, and those plugged into its home. */
final class Shop {
    static final String SUPERVISOR_NAME = "supervisor";
    static final String STORES_NAME = "stores";
    static final String SANDBOX_NAME = "sandbox";

    private final List<Role> own;
    private final Supplier<List<Role>> pluggedIn;

    Shop(List<Role> own) {
        this(own, List::of);
    }

    private Shop(List<Role> own, Supplier<List<Role>> pluggedIn) {
        this.own = own;
        this.pluggedIn = pluggedIn;
    }

    /** This shop with what is plugged into a home, now and later. */
    Shop with(Plugins plugins) {
        return new Shop(own, plugins::roles);
    }

    static Shop omnibus() {
        return new Shop(List.of(
                new Role(STORES_NAME, "omnibus.stores.StoresMain", STORES, 160, Set.of()),
                new Role(SANDBOX_NAME, "omnibus.sandbox.SandboxMain", SANDBOX, 64, Set.of()),
                new Role("gateway", "omnibus.gateway.GatewayVerticle", GATEWAY, 160, Set.of(REDIS)),
                new Role("user", "omnibus.user.UserVerticle", SERVICE, 160, Set.of(POSTGRES)),
                new Role("product", "omnibus.product.ProductVerticle", SERVICE, 128, Set.of(MONGO)),
                new Role("cart", "omnibus.cart.CartVerticle", SERVICE, 96, Set.of(REDIS)),
                new Role("order", "omnibus.order.OrderVerticle", SERVICE, 160, Set.of(POSTGRES)),
                new Role("inventory", "omnibus.inventory.InventoryVerticle", SERVICE, 128, Set.of(POSTGRES)),
                new Role("payment", "omnibus.payment.PaymentVerticle", SERVICE, 128, Set.of(POSTGRES)),
                new Role(SUPERVISOR_NAME, "omnibus.launcher.Launcher", SUPERVISOR, 32, Set.of())));
    }

    /** Looked up each time: other commands plug in and out meanwhile. */
    List<Role> roles() {
        return Stream.concat(own.stream(), pluggedIn.get().stream()).toList();
    }

    /** The roles of the distribution alone. */
    List<Role> own() {
        return own;
    }

    Role role(String name) {
        var roles = roles();
        return roles.stream()
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow(() -> Failure.usage(
                        "There is no service \"" + name + "\".",
                        "The shop has: " + names(roles) + ".",
                        "Use one of these names; ./omnibus ps shows what runs."));
    }

    /** The role behind a name that may also be an instance's: order or order-7f3a. */
    Role roleOrInstance(String name) {
        int dash = name.lastIndexOf('-');
        boolean instance =
                dash > 0 && roles().stream().anyMatch(role -> role.name().equals(name.substring(0, dash)));
        return role(instance ? name.substring(0, dash) : name);
    }

    /** The roles of the given duties, in the order they start. */
    List<Role> of(Role.Duty... duties) {
        return roles().stream()
                .filter(role -> List.of(duties).contains(role.duty()))
                .toList();
    }

    List<Role> verticles() {
        return of(GATEWAY, SERVICE);
    }

    /** The names of the services that keep something in this store. */
    List<String> usersOf(Store store) {
        return verticles().stream()
                .filter(role -> role.stores().contains(store))
                .map(Role::name)
                .toList();
    }

    static String names(List<Role> roles) {
        return roles.stream().map(Role::name).collect(Collectors.joining(", "));
    }
}
