package omnibus.platform.call;

import io.vertx.core.Future;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Finds an api's methods by the names of the contract's operations: {@code order.cancelOrder} is
 * {@code Future<Answer> cancelOrder(Call)}. A missing or a surplus method fails the start.
 */
final class ApiMethods {
    private ApiMethods() {}

    static Map<String, Function<Call, Future<Answer>>> of(Contract contract, Object api) {
        var methods = Arrays.stream(api.getClass().getDeclaredMethods())
                .filter(ApiMethods::isOperation)
                .collect(Collectors.toMap(Method::getName, method -> method));
        var wanted = contract.operations().values().stream()
                .map(Operation::methodName)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!methods.keySet().equals(wanted)) {
            var missing = new TreeSet<>(wanted);
            missing.removeAll(methods.keySet());
            var surplus = new TreeSet<>(methods.keySet());
            surplus.removeAll(wanted);
            throw new IllegalStateException(
                    api.getClass().getSimpleName() + " and the contract of " + contract.service()
                            + " disagree: without a method " + missing + ", without an operation " + surplus);
        }
        var bound = new HashMap<String, Function<Call, Future<Answer>>>();
        contract.operations()
                .values()
                .forEach(operation -> bound.put(operation.id(), handler(api, methods.get(operation.methodName()))));
        return bound;
    }

    private static boolean isOperation(Method method) {
        return method.getReturnType() == Future.class
                && !Modifier.isPrivate(method.getModifiers())
                && !method.isSynthetic()
                && Arrays.equals(method.getParameterTypes(), new Class<?>[] {Call.class});
    }

    private static Function<Call, Future<Answer>> handler(Object api, Method method) {
        MethodHandle handle;
        try {
            method.setAccessible(true);
            handle = MethodHandles.lookup()
                    .unreflect(method)
                    .bindTo(api)
                    .asType(MethodType.methodType(Future.class, Call.class));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return call -> invoke(handle, call);
    }

    /** A method that throws and one whose future fails are the same to its caller. */
    @SuppressWarnings("unchecked")
    private static Future<Answer> invoke(MethodHandle handle, Call call) {
        try {
            return (Future<Answer>) handle.invokeExact(call);
        } catch (Throwable thrown) {
            return Future.failedFuture(thrown);
        }
    }
}
