package omnibus.chaos.agent;

/**
 * Tells apart what one method is used for, by its first argument.
 *
 * @param path accessors that lead from the argument to what tells, with dots between; empty: the argument itself
 */
record Variant(String path, String value) {
    boolean isOf(Object[] arguments) {
        try {
            var found = arguments[0];
            if (!path.isEmpty()) for (var accessor : path.split("\\.")) found = read(found, accessor);
            return value.equals(String.valueOf(found));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the catalogue does not fit this build: " + this, e);
        }
    }

    private static Object read(Object from, String accessor) throws ReflectiveOperationException {
        var method = from.getClass().getDeclaredMethod(accessor);
        method.setAccessible(true);
        return method.invoke(from);
    }
}
