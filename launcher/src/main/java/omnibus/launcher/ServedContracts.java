package omnibus.launcher;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the gateway says at {@code /health} of the contracts it found: which it serves, and why not the others. */
record ServedContracts(List<ServedContracts.Service> services) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /**
     * @param contractOf the instance whose contract {@code served} and {@code refusal} are about, or null
     * @param refusal why the gateway does not serve the service's contract, or null
     */
    record Service(String service, boolean served, String contractOf, String refusal) {
        private boolean isAboutNoneOf(Collection<Instance> before) {
            return contractOf != null
                    && before.stream().noneMatch(it -> it.instance().equals(contractOf));
        }
    }

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

    /**
     * Returns when a gateway serves what an instance has brought that was not there before. That it does not is the command's
     * failure.
     *
     * @param before instances of the service whose contract is not in question
     */
    static void await(String url, String service, Collection<Instance> before) {
        var told = new AtomicReference<Service>();
        Poll.until(PATIENCE, Duration.ofMillis(50), () -> {
            told.set(of(url).flatMap(it -> it.aboutNoneOf(before, service)).orElse(null));
            return told.get() != null;
        });
        if (told.get() == null) {
            throw Failure.failed(
                    "The gateway does not serve what the new " + service + " has brought.",
                    "It has not said a word about it within " + PATIENCE.toSeconds() + " s.",
                    "./omnibus logs gateway and ./omnibus logs " + service + " may say why.",
                    "A gateway of an older build never does: ./omnibus restart gateway, then plug it in again.");
        }
        if (told.get().refusal() != null) {
            throw Failure.failed(
                    "The gateway does not serve what the new " + service + " has brought.",
                    told.get().refusal(),
                    "Correct its contract and plug it in again, or take it out: ./omnibus unplug " + service);
        }
    }

    private Optional<Service> aboutNoneOf(Collection<Instance> before, String service) {
        return services.stream()
                .filter(it -> it.service().equals(service) && it.isAboutNoneOf(before))
                .findFirst();
    }
}
