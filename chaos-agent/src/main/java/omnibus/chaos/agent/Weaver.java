package omnibus.chaos.agent;

import static net.bytebuddy.matcher.ElementMatchers.isConstructor;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.asm.AsmVisitorWrapper;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.scaffold.TypeValidation;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.pool.TypePool;

/**
 * Weaves calls of {@link Passages} into the methods of the catalogue, {@link FaultyBus} into whatever makes calls, and
 * {@link Cut} into what joins this JVM with others. All other classes cost a look into a set, so that a JVM starts hardly slower; the tool is not even loaded before one of them
 * comes by.
 */
final class Weaver implements ClassFileTransformer {
    static final String CALLER = "omnibus.platform.call.Caller";

    private final Set<String> classes = Stream.of(
                    Stream.of(Boundary.values()).map(Boundary::className),
                    Stream.of(Seam.values()).map(Seam::className),
                    Stream.of(CALLER))
            .flatMap(names -> names)
            .map(name -> name.replace('.', '/'))
            .collect(Collectors.toSet());

    private final Diary diary;

    Weaver(Diary diary) {
        this.diary = diary;
    }

    @Override
    public byte[] transform(ClassLoader loader, String name, Class<?> old, ProtectionDomain domain, byte[] bytes) {
        if (name == null || !classes.contains(name)) return null;
        try {
            return weave(loader, name.replace('/', '.'), bytes);
        } catch (Throwable cannot) {
            // The JVM would swallow it, and the harness wait for a failpoint that is not there.
            diary.write("refused", name, cannot.toString());
            return null;
        }
    }

    private byte[] weave(ClassLoader loader, String name, byte[] bytes) {
        var locator = new ClassFileLocator.Compound(
                ClassFileLocator.Simple.of(name, bytes),
                ClassFileLocator.ForClassLoader.of(loader),
                ClassFileLocator.ForClassLoader.of(Weaver.class.getClassLoader()));
        var type = TypePool.Default.of(locator).describe(name).resolve();
        var builder = new ByteBuddy().with(TypeValidation.DISABLED).redefine(type, locator);
        var woven = builder.visit(new AsmVisitorWrapper.Compound(advice(name, locator)));
        var result = woven.make().getBytes();
        diary.write("woven", name, "");
        return result;
    }

    private static List<AsmVisitorWrapper> advice(String className, ClassFileLocator locator) {
        if (className.equals(CALLER)) {
            return List.of(Advice.to(CallerMade.class, locator).on(isConstructor()));
        }
        var boundaries = Stream.of(Boundary.values())
                .filter(boundary -> boundary.className().equals(className))
                .map(Boundary::signature)
                .collect(Collectors.toSet());
        if (!boundaries.isEmpty()) {
            return List.of(Advice.to(Passage.class, locator).on(methods(boundaries)));
        }
        return Stream.of(Seam.values())
                .filter(seam -> seam.className().equals(className))
                .<AsmVisitorWrapper>map(
                        seam -> Advice.to(seam.advice(), locator).on(methods(Set.of(seam.signature()))))
                .toList();
    }

    private static ElementMatcher<MethodDescription> methods(Set<String> signatures) {
        return method -> signatures.contains(signature(method));
    }

    private static String signature(MethodDescription method) {
        List<String> parameters = method.getParameters().asTypeList().asErasures().stream()
                .map(type -> type.getSimpleName())
                .toList();
        return method.getName() + "(" + String.join(",", parameters) + ")";
    }

    /** Copied into each method of the catalogue. */
    private static final class Passage {
        @Advice.OnMethodEnter
        static void enter(@Advice.Origin("#t.#m") String method, @Advice.AllArguments Object[] arguments) {
            Passages.before(method, arguments);
        }

        @Advice.OnMethodExit
        static void exit(
                @Advice.Origin("#t.#m") String method,
                @Advice.AllArguments Object[] arguments,
                @Advice.Return Object returned) {
            Passages.after(method, arguments, returned);
        }
    }

    /** Copied into the caller's constructor: whoever makes calls has a bus. */
    private static final class CallerMade {
        @Advice.OnMethodExit
        static void exit(@Advice.Argument(0) Object vertx) {
            FaultyBus.install(vertx);
        }
    }
}
