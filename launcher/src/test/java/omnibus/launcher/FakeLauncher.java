package omnibus.launcher;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The launcher with a shop of fake processes; its supervisor is this class again. */
public final class FakeLauncher {
    static final Shop SHOP = new Shop(List.of(
            new Role("stores", FakeService.class.getName(), Role.Duty.STORES, 16, Set.of()),
            new Role("gateway", FakeService.class.getName(), Role.Duty.GATEWAY, 16, Set.of()),
            new Role("product", FakeService.class.getName(), Role.Duty.SERVICE, 16, Set.of(Store.MONGO)),
            new Role("supervisor", FakeLauncher.class.getName(), Role.Duty.SUPERVISOR, 32, Set.of())));

    private FakeLauncher() {}

    public static void main(String[] args) {
        System.exit(new Launcher(SHOP, Path.of("unused"), System.getenv()).run(args));
    }
}
