package omnibus.launcher;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipException;

/**
 * The services that were plugged into a home and are not of the distribution. Each has a directory under {@code
 * plugins/}: its jar, whose manifest says what it is, and the libraries it needs beside those of the shop. They are
 * copies, one directory for each build, so that nothing changes under a JVM that runs.
 */
final class Plugins {
    static final String SERVICE = "Omnibus-Service";
    private static final String HEAP = "Omnibus-Heap-MiB";
    private static final String STORES = "Omnibus-Stores";
    private static final String NAME = "[a-z][a-z0-9]{1,29}";
    private static final int STANDARD_HEAP = 96;
    private static final int LEAST_HEAP = 32;
    private static final int MOST_HEAP = 4_096;
    private static final String HOW = "docs/extending.md shows what a service's jar says of itself.";

    /** What a service's jar says of itself, as it is kept in {@code plugin.json}. */
    record Plugin(String service, String mainClass, int heapMebibytes, Set<Store> stores, String build) {}

    private final Home home;

    Plugins(Home home) {
        this.home = home;
    }

    /** One role for each, by name. */
    List<Role> roles() {
        try (Stream<Path> directories = Files.list(all())) {
            return directories
                    .map(directory -> home.read(description(directory), Plugin.class))
                    .flatMap(plugin -> plugin.stream())
                    .map(this::role)
                    .sorted(Comparator.comparing(Role::name))
                    .toList();
        } catch (NoSuchFileException nothingPluggedIn) {
            return List.of();
        } catch (IOException e) {
            throw Failure.environment("The plugins in " + all() + " cannot be read.", Home.reason(e));
        }
    }

    /**
     * Takes in a service, or a new build of one; nothing is started.
     *
     * @param files the service's jar, then its libraries
     * @throws Failure for a jar that is none, or that is not a service this shop could run
     */
    Role install(List<Path> files, Shop shop) {
        for (var file : files) {
            if (!Files.isRegularFile(file)) {
                throw Failure.usage(
                        "There is no file " + file + ".", "A jar was expected there.", "mvn package makes it.");
            }
        }
        if (files.stream().map(Path::getFileName).distinct().count() < files.size()) {
            throw Failure.usage(
                    "Two of the jars have the same file name.",
                    "They are kept side by side in one directory.",
                    "Rename one, or name each only once.");
        }
        try {
            var plugin = describe(files.get(0), build(files));
            boolean store = Stream.of(Store.values()).anyMatch(it -> it.key.equals(plugin.service()));
            if (store || shop.own().stream().anyMatch(role -> role.name().equals(plugin.service()))) {
                throw Failure.usage(
                        "\"" + plugin.service() + "\" is a part of the shop itself.",
                        files.get(0) + " says that it is another one of that name.",
                        "Give it a name of its own: it becomes part of paths, operations and databases.");
            }
            copy(files, directory(plugin.service()).resolve(plugin.build()));
            home.write(description(directory(plugin.service())), plugin);
            return role(plugin);
        } catch (IOException e) {
            throw Failure.environment(
                    "The service cannot be plugged in.", Home.reason(e), "Check the jars and the disk.");
        }
    }

    /** The build of a service that is started when one is. */
    Optional<Plugin> current(String service) {
        return home.read(description(directory(service)), Plugin.class);
    }

    /** A build that was taken in is not to be started after all, but the one before it. */
    Role putBack(Plugin former) {
        home.write(description(directory(former.service())), former);
        return role(former);
    }

    /** The name of the service in this jar. */
    static String nameIn(Path file) {
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            var name = manifest == null ? null : manifest.getMainAttributes().getValue(SERVICE);
            return name == null || !name.matches(NAME) ? "" : name;
        } catch (IOException unreadable) {
            return "";
        }
    }

    /** Forgets a service; none of its processes may run any more. Its data stays where it is. */
    void remove(String service) {
        deleteTree(directory(service));
    }

    /** Removes one build that is not the current one; its processes must have ended. */
    void removeBuild(Plugin plugin) {
        if (current(plugin.service())
                .filter(it -> it.build().equals(plugin.build()))
                .isPresent()) return;
        deleteTree(directory(plugin.service()).resolve(plugin.build()));
    }

    /** Removes builds that have been followed by another; their processes must have ended. */
    void prune(String service) {
        current(service).ifPresent(current -> {
            try (Stream<Path> builds = Files.list(directory(service))) {
                builds.filter(Files::isDirectory)
                        .filter(build -> !build.endsWith(current.build()))
                        .forEach(Plugins::deleteTree);
            } catch (IOException e) {
                throw Failure.environment("Old jars of " + service + " cannot be removed.", Home.reason(e));
            }
        });
    }

    private Plugin describe(Path file, String build) throws IOException {
        try (var jar = new JarFile(file.toFile())) {
            var manifest = jar.getManifest();
            var says = manifest == null ? new Attributes() : manifest.getMainAttributes();
            var service = says.getValue(SERVICE);
            var main = says.getValue(Attributes.Name.MAIN_CLASS);
            if (service == null || main == null) {
                throw refused(file, "Its manifest has no " + (service == null ? SERVICE : "Main-Class") + ".");
            }
            if (!service.matches(NAME))
                throw refused(file, SERVICE + " is \"" + service + "\", not a short lower-case word.");
            requireEntry(jar, file, main.replace('.', '/') + ".class");
            requireEntry(jar, file, service + "/openapi.yaml");
            return new Plugin(service, main, heap(file, says), stores(file, says), build);
        } catch (ZipException e) {
            throw refused(file, "It is not a jar: " + e.getMessage() + ".");
        }
    }

    private static void requireEntry(JarFile jar, Path file, String name) {
        if (jar.getEntry(name) == null) throw refused(file, "There is no " + name + " in it.");
    }

    private static int heap(Path file, Attributes says) {
        var text = says.getValue(HEAP);
        if (text == null) return STANDARD_HEAP;
        boolean number = text.matches("[0-9]{1,6}");
        if (!number || Integer.parseInt(text) < LEAST_HEAP || Integer.parseInt(text) > MOST_HEAP) {
            throw refused(file, HEAP + " is \"" + text + "\"; it must be " + LEAST_HEAP + " to " + MOST_HEAP + ".");
        }
        return Integer.parseInt(text);
    }

    /** PostgreSQL and MongoDB keep services apart by databases; Redis has only numbers, which the shop's own services use. */
    private static Set<Store> stores(Path file, Attributes says) {
        var stores = EnumSet.noneOf(Store.class);
        var text = says.getValue(STORES);
        if (text == null || text.isBlank()) return stores;
        for (var name : text.strip().split("[,\\s]+")) {
            var store = Stream.of(Store.POSTGRES, Store.MONGO)
                    .filter(it -> it.key.equals(name.toLowerCase(Locale.ROOT)))
                    .findFirst()
                    .orElseThrow(
                            () -> refused(file, STORES + " names \"" + name + "\"; it may name postgres and mongo."));
            stores.add(store);
        }
        return stores;
    }

    private static Failure refused(Path file, String why) {
        return Failure.usage(file + " is not a service for Omnibus.", why, HOW);
    }

    private static String build(List<Path> files) throws IOException {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (var file : files) digest.update(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whole or not at all. The order on the class path is the order of the names. */
    private static void copy(List<Path> files, Path target) throws IOException {
        if (Files.isDirectory(target)) return;
        Files.createDirectories(target.getParent());
        var half = Files.createTempDirectory(target.getParent(), ".new");
        for (var file : files) Files.copy(file, half.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
        try {
            Files.move(half, target);
        } catch (FileAlreadyExistsException anotherCommandWasFirst) {
            deleteTree(half);
        }
    }

    private Role role(Plugin plugin) {
        try (Stream<Path> jars = Files.list(directory(plugin.service()).resolve(plugin.build()))) {
            return new Role(
                    plugin.service(),
                    plugin.mainClass(),
                    Role.Duty.SERVICE,
                    plugin.heapMebibytes(),
                    plugin.stores(),
                    jars.sorted().toList());
        } catch (IOException e) {
            throw Failure.environment(
                    "The jars of " + plugin.service() + " are gone.",
                    Home.reason(e),
                    "Plug it in again: ./omnibus plug ITS.jar");
        }
    }

    private Path all() {
        return home.file("plugins");
    }

    private Path directory(String service) {
        return all().resolve(service);
    }

    private static Path description(Path directory) {
        return directory.resolve("plugin.json");
    }

    private static void deleteTree(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        } catch (IOException e) {
            throw Failure.environment(directory + " cannot be removed.", Home.reason(e));
        }
    }
}
