package omnibus.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate authority for tests, and what it has signed. Made with the JDK's own keytool. */
public final class TestAuthority {
    private static final String PASSWORD = "changeit";
    private static final long PATIENCE_SECONDS = 60;

    private final Path directory;
    private final String name;

    /** A certificate and its key, both PEM. */
    public record Pem(String certificate, String key) {}

    /** Makes an authority of its own name. */
    public TestAuthority(String name) {
        this.name = name;
        try {
            this.directory = Files.createTempDirectory("authority");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
    }

    /** The authority's own certificate, for those who are to trust it. */
    public String certificate() {
        return pem(name).certificate();
    }

    /** A certificate for {@code 127.0.0.1} and {@code localhost}, signed by this authority. */
    public Pem issue(String subject) {
        return issue(subject, "san=ip:127.0.0.1,dns:localhost");
    }

    /** A certificate with this extension, as keytool writes it, signed by this authority. */
    public Pem issue(String subject, String extension) {
        var request = directory.resolve(subject + ".csr").toString();
        var signed = directory.resolve(subject + ".crt").toString();
        keytool("-genkeypair", "-alias", subject, "-dname", "CN=" + subject);
        keytool("-certreq", "-alias", subject, "-file", request);
        keytool("-gencert", "-alias", name, "-infile", request, "-outfile", signed, "-ext", extension);
        keytool("-importcert", "-noprompt", "-alias", subject, "-file", signed);
        return pem(subject);
    }

    private Pem pem(String alias) {
        try (var stream = Files.newInputStream(store())) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(stream, PASSWORD.toCharArray());
            return new Pem(
                    pem("CERTIFICATE", store.getCertificate(alias).getEncoded()),
                    pem(
                            "PRIVATE KEY",
                            store.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        var encoded = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + encoded + "\n-----END " + what + "-----\n";
    }

    private Path store() {
        return directory.resolve("keys.p12");
    }

    private void keytool(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-keystore",
                store().toString(),
                "-storepass",
                PASSWORD,
                "-storetype",
                "PKCS12"));
        command.addAll(1, List.of(arguments));
        if (arguments[0].equals("-genkeypair")) command.addAll(List.of("-keyalg", "RSA", "-keysize", "2048"));
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes());
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException(String.join(" ", arguments) + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
