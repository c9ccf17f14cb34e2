package omnibus.chaos.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import omnibus.order.model.OrderSaga;
import omnibus.order.model.Step;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The catalogue names classes and methods by text: here they are looked for in the services. */
class CatalogueTest {
    private static List<Method> methods(Boundary boundary) throws ClassNotFoundException {
        return methods(boundary.className(), boundary.signature());
    }

    private static List<Method> methods(String className, String signature) throws ClassNotFoundException {
        var type = Class.forName(className, false, CatalogueTest.class.getClassLoader());
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && signature(method).equals(signature))
                .toList();
    }

    private static String signature(Method method) {
        return Stream.of(method.getParameterTypes())
                .map(Class::getSimpleName)
                .collect(Collectors.joining(",", method.getName() + "(", ")"));
    }

    @Test
    void theListHasALineForEachFailpointWithItsServiceAndItsPlace() {
        var out = System.out;
        var listed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(listed, true));
        try {
            ChaosAgent.main(new String[] {"--list"});
        } finally {
            System.setOut(out);
        }
        var lines = listed.toString().lines().toList();
        assertEquals(Failpoint.all().size(), lines.size());
        var first = Failpoint.all().get(0);
        assertEquals(
                List.of(
                        first.name(),
                        first.service(),
                        first.boundary().className() + "." + first.boundary().signature()),
                List.of(lines.get(0).split("\t")));
    }

    @ParameterizedTest
    @EnumSource
    void everyBoundaryIsOneMethodThatAnswersAFuture(Boundary boundary) throws Exception {
        var found = methods(boundary);
        assertEquals(1, found.size(), boundary.className() + "." + boundary.signature() + " in the services");
        assertEquals(Future.class, found.get(0).getReturnType());
    }

    @ParameterizedTest
    @EnumSource
    void whatTellsVariantsApartCanBeRead(Boundary boundary) throws Exception {
        if (boundary.variant().isEmpty()) return;
        var variant = boundary.variant().get();
        Class<?> type = methods(boundary).get(0).getParameterTypes()[0];
        if (!variant.path().isEmpty()) {
            for (var accessor : variant.path().split("\\."))
                type = type.getDeclaredMethod(accessor).getReturnType();
        }
        if (type.isEnum()) assertTrue(names(type).contains(variant.value()), variant + " is a constant of " + type);
        else assertEquals(String.class, type);
    }

    private static Set<String> names(Class<?> constants) {
        return Stream.of(constants.getEnumConstants()).map(Object::toString).collect(Collectors.toSet());
    }

    @Test
    void everyCommandOfTheSagaIsABoundary() {
        var commands = Stream.of(Step.values())
                .flatMap(step -> OrderSaga.command(step).stream())
                .collect(Collectors.toSet());
        var asked = Stream.of(Boundary.values())
                .filter(boundary -> boundary.wireName().startsWith("order.asks."))
                .map(boundary -> boundary.variant().orElseThrow().value())
                .collect(Collectors.toSet());
        assertEquals(commands, asked);
    }

    @Test
    void everyCommandHasItsBoundaryAtTheOtherSide() {
        for (var step : Step.values()) {
            OrderSaga.command(step)
                    .ifPresent(command -> assertTrue(Boundary.named(command).isPresent(), command));
        }
    }

    @Test
    void theBusIsFoundThroughTheCallersConstructor() throws Exception {
        var constructors = Class.forName(Weaver.CALLER).getDeclaredConstructors();
        assertEquals(1, constructors.length);
        assertEquals(Vertx.class, constructors[0].getParameterTypes()[0]);
    }

    @ParameterizedTest
    @EnumSource
    void everySeamIsOneMethodIntoWhichItsAdviceFits(Seam seam) throws Exception {
        assertEquals(1, methods(seam.className(), seam.signature()).size(), seam.className() + "." + seam.signature());

        var loader = CatalogueTest.class.getClassLoader();
        var name = seam.className().replace('.', '/');
        try (var file = loader.getResourceAsStream(name + ".class")) {
            assertNotNull(new Weaver(Diary.NONE).transform(loader, name, null, null, file.readAllBytes()), name);
        }
    }

    @Test
    void aCallShowsItsBody() throws Exception {
        Class.forName("omnibus.platform.call.Call").getMethod("bytes");
    }

    @Test
    void namesAreUniqueAndLeadBack() {
        var all = Failpoint.all();
        assertEquals(all.size(), all.stream().map(Failpoint::name).distinct().count());
        for (var failpoint : all)
            assertEquals(failpoint, Failpoint.named(failpoint.name()).orElseThrow());
        assertEquals(
                Set.of("order", "inventory", "payment"),
                all.stream().map(Failpoint::service).collect(Collectors.toSet()));
    }
}
