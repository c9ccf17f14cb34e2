package omnibus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What the gateway says at {@code /health} of the contracts it found: which it serves, and why not the others. */
record ServedContracts(List<ServedContracts.Service> services) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** A gateway looks at least once a second, and asks a service for its contract for two at most. */
    private static final Duration TIME_TO_REFUSE = Duration.ofSeconds(3);

    /** @param refusal why the gateway does not serve the service's contract, or null */
    record Service(String service, boolean served, String refusal) {}

    /** Empty while no gateway answers, or something that is none. */
    static Optional<ServedContracts> of(String url) {
        var answer = Health.ask(url + "/health");
        if (!answer.ok()) return Optional.empty();
        try {
            return Optional.of(Home.JSON.readValue(answer.body(), ServedContracts.class))
                    .filter(it -> it.services() != null);
        } catch (JsonProcessingException noGateway) {
            return Optional.empty();
        }
    }

    List<Service> refused() {
        return services.stream().filter(it -> it.refusal() != null).toList();
    }

    /** Fails when the gateway does not want what a new build has brought, beside one that is served. */
    static void requireNoRefusal(String url, String service) {
        if (!Poll.until(
                TIME_TO_REFUSE,
                Duration.ofMillis(50),
                () -> refusal(url, service).isPresent())) return;
        throw Failure.failed(
                "The gateway does not serve the new build of " + service + ".",
                refusal(url, service).orElse("It has changed its mind since."),
                "Correct its contract and plug it in again.");
    }

    private static Optional<String> refusal(String url, String service) {
        return of(url).stream()
                .flatMap(it -> it.refused().stream())
                .filter(it -> it.service().equals(service))
                .map(Service::refusal)
                .findFirst();
    }

    /** Returns when a gateway serves what the service brought; its refusal is the command's failure. */
    static void await(String url, String service) {
        boolean told = Poll.until(PATIENCE, Duration.ofMillis(50), () -> decided(url, service));
        var why = refusal(url, service);
        if (told && why.isEmpty()) return;
        throw Failure.failed(
                service + " runs, but the gateway does not serve it.",
                why.orElse("It has not been told of it within " + PATIENCE.toSeconds() + " s."),
                "Correct its contract and plug it in again, or take it out: ./omnibus unplug " + service);
    }

    private static boolean decided(String url, String service) {
        return of(url).stream()
                .flatMap(it -> it.services().stream())
                .anyMatch(it -> it.service().equals(service) && (it.served() || it.refusal() != null));
    }
}
