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
import java.util.stream.Collectors;

/** The processes of a shop, as data. A new service of the distribution is one line here. */
record Shop(List<Role> roles) {
    static final String SUPERVISOR_NAME = "supervisor";
    static final String STORES_NAME = "stores";
    static final String SANDBOX_NAME = "sandbox";

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

    Role role(String name) {
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
                dash > 0 && roles.stream().anyMatch(role -> role.name().equals(name.substring(0, dash)));
        return role(instance ? name.substring(0, dash) : name);
    }

    /** The roles of the given duties, in the order they start. */
    List<Role> of(Role.Duty... duties) {
        return roles.stream()
                .filter(role -> List.of(duties).contains(role.duty()))
                .toList();
    }

    List<Role> verticles() {
        return of(GATEWAY, SERVICE);
    }

    static String names(List<Role> roles) {
        return roles.stream().map(Role::name).collect(Collectors.joining(", "));
    }
}
