package omnibus.launcher;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The first administrator, kept in {@code admin.json} (0600) so that scripts can sign in.
 *
 * @param generated whether the password is ours and not one the user gave
 * @param shown whether a generated password has been printed
 */
record Admin(String email, String password, boolean generated, boolean shown) {
    /** Named by the environment, remembered by the home, or made now; in this order. */
    static Admin of(Home home, ShopSettings settings) {
        var given = settings.text("ADMIN_EMAIL")
                .flatMap(email ->
                        settings.text("ADMIN_PASSWORD").map(password -> new Admin(email, password, false, false)));
        if (given.isPresent()) return given.get();
        return remembered(home).orElseGet(() -> new Admin("admin@omnibus.local", Secrets.password(), true, false));
    }

    static Optional<Admin> remembered(Home home) {
        return home.read(file(home), Admin.class);
    }

    /** The remembered one; the first call of a home decides who that is. */
    static Admin settle(Home home, ShopSettings settings) {
        return remembered(home).orElseGet(() -> {
            var admin = of(home, settings);
            admin.remember(home);
            return admin;
        });
    }

    void remember(Home home) {
        home.write(file(home), this);
    }

    static Path file(Home home) {
        return home.file("admin.json");
    }

    boolean sameCredentials(Admin other) {
        return email.equals(other.email) && password.equals(other.password);
    }

    Admin asShown() {
        return new Admin(email, password, generated, true);
    }

    /** Without the password: a record's own text would put it into whatever prints it. */
    @Override
    public String toString() {
        return email;
    }
}
