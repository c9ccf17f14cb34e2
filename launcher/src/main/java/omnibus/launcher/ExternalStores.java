package omnibus.launcher;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;

/** Databases that the user names instead of the embedded ones: knocked at before anything waits for them in vain. */
final class ExternalStores {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final ShopSettings settings;
    private final Progress progress;

    ExternalStores(ShopSettings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    void check() {
        for (var store : Store.values()) settings.external(store).ifPresent(url -> check(store, url));
    }

    private void check(Store store, String url) {
        if (Store.looksUpServers(url)) return;
        var place = store.hostAndPort(url).orElseThrow();
        knock(place)
                .ifPresentOrElse(
                        why -> {
                            throw Failure.environment(
                                    "The store of " + store.variable + " does not answer.",
                                    "Connecting to " + place + ": " + why,
                                    "Start that server or correct the URL; without " + store.variable
                                            + " an embedded one is used.");
                        },
                        () -> progress.done(store.key, "answers at " + place));
    }

    /** @return why there was no answer; empty when there was one */
    static Optional<String> knock(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        var address = new InetSocketAddress(
                hostAndPort.substring(0, colon), Integer.parseInt(hostAndPort.substring(colon + 1)));
        try (var socket = new Socket()) {
            socket.connect(address, (int) PATIENCE.toMillis());
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(Home.reason(e));
        }
    }
}
