package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import javax.tools.ToolProvider;

/** A class under a name of the catalogue, small enough to see what weaving does to it. */
final class TinyShop {
    static final String MAIN = "omnibus.order.PlacingStore";

    /** Places what it is told to, one by one: an order named "fails" is not placed. */
    private static final String SOURCE = """
            package omnibus.order;

            import io.vertx.core.Future;
            import java.util.Collection;
            import java.util.List;

            public final class PlacingStore {
                Future<String> place(Collection<String> orders) {
                    var first = orders.iterator().next();
                    if (first.equals("fails")) return Future.failedFuture("refused");
                    return Future.succeededFuture(first);
                }

                public static String placeAll(List<String> orders) {
                    var told = new StringBuilder();
                    var store = new PlacingStore();
                    for (var order : orders) {
                        try {
                            store.place(List.of(order)).onSuccess(placed -> told.append(placed).append(' '));
                        } catch (RuntimeException thrown) {
                            told.append("threw ");
                        }
                    }
                    return told.toString().strip();
                }

                public static void main(String[] orders) {
                    for (var order : orders) {
                        new PlacingStore().place(List.of(order));
                        System.out.println(order);
                    }
                }
            }
            """;

    private TinyShop() {}

    /** Compiled into a directory that goes on a class path. */
    static Path compiled(Path directory) throws IOException {
        var source = Files.writeString(
                Files.createDirectories(directory.resolve("omnibus/order")).resolve("PlacingStore.java"), SOURCE);
        var result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", directory.toString(), "-cp", libraries(), source.toString());
        assertEquals(0, result, "the tiny shop compiles");
        return directory;
    }

    /** The class path without the real shop. */
    static String libraries() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("verticle") && !entry.contains("chaos-agent"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** The class as a JVM with the agent would have it; each call makes a new one. */
    static Class<?> woven(Path compiled, Diary diary) throws Exception {
        var bytes = Files.readAllBytes(compiled.resolve("omnibus/order/PlacingStore.class"));
        var loader = new ClassLoader(TinyShop.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (!name.equals(MAIN)) return super.loadClass(name, resolve);
                var loaded = findLoadedClass(name);
                if (loaded != null) return loaded;
                var woven = new Weaver(diary).transform(this, name.replace('.', '/'), null, null, bytes);
                if (woven == null) throw new IllegalStateException("not woven; the diary says why");
                return defineClass(name, woven, 0, woven.length);
            }
        };
        return loader.loadClass(MAIN);
    }
}
