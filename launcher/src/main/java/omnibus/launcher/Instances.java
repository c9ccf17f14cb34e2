package omnibus.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The files under {@code run/processes}, one per process. Changes are made under {@link HomeLock}. */
final class Instances {
    private final Home home;

    Instances(Home home) {
        this.home = home;
    }

    /** All of them, dead ones included, oldest first. */
    List<Instance> all() {
        try (Stream<java.nio.file.Path> files = Files.list(home.processes())) {
            return files.filter(file -> file.getFileName().toString().endsWith(".json"))
                    .map(file -> home.read(file, Instance.class).orElse(null))
                    .filter(Objects::nonNull)
                    .sorted(Comparator.comparing(Instance::startedAt).thenComparing(Instance::instance))
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Instance> of(String service) {
        return all().stream().filter(it -> it.service().equals(service)).toList();
    }

    List<Instance> alive() {
        return all().stream().filter(Instance::alive).toList();
    }

    /** Those that are running and meant to. */
    List<Instance> serving(String service) {
        return of(service).stream().filter(it -> it.alive() && it.wanted()).toList();
    }

    Optional<Instance> find(String instance) {
        return home.read(file(instance), Instance.class);
    }

    void save(Instance instance) {
        home.write(file(instance.instance()), instance);
    }

    void remove(Instance instance) {
        home.delete(file(instance.instance()));
    }

    private java.nio.file.Path file(String instance) {
        return home.processes().resolve(instance + ".json");
    }
}
