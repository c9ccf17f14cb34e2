package omnibus.gateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import omnibus.platform.call.Contract;
import omnibus.platform.call.Operation;

/**
 * Which operation a path and a method mean. A tree of path segments, matched by whole template; at each segment a
 * literal beats a parameter. Never changed after it is made: a new contract makes a new table.
 */
final class RouteTable {
    /** Deeper than any template of ours; keeps a hostile contract or path from nesting without end. */
    private static final int MAX_SEGMENTS = 16;

    /**
     * A contract that is not mounted, because one of its operations is another's already, or would take requests from it:
     * same template and method, or a literal in the place of a parameter of another service's.
     */
    record Clash(Operation refused, Operation serving) {
        String service() {
            return refused.service();
        }

        /** The same, told as the fault of that side. */
        Clash seenBy(String service) {
            return refused.service().equals(service) ? this : new Clash(serving, refused);
        }

        String reason() {
            return refused.method() + " " + refused.path() + how();
        }

        private String how() {
            if (isSameTemplate(refused, serving)) return " belongs to " + serving.id();
            var takes = takes(segments(refused.path()), segments(serving.path()));
            return (takes ? " would take requests from " : " would lose requests to ") + serving.id() + ", "
                    + serving.path();
        }
    }

    /** All operations of one template. */
    static final class Resource {
        private final Map<String, Route> byMethod = new HashMap<>();
        private String allow = "";

        Route route(String method) {
            return byMethod.get(method.equals("HEAD") ? "GET" : method);
        }

        /** The value of {@code Allow} (RFC 9110, section 10.2.1). */
        String allow() {
            return allow;
        }

        /** The request headers that its operations declare, by their own names. */
        Set<String> headers() {
            return byMethod.values().stream()
                    .flatMap(route -> route.operation().parameters().stream())
                    .filter(parameter -> parameter.in() == Operation.Parameter.In.HEADER)
                    .map(Operation.Parameter::name)
                    .collect(Collectors.toSet());
        }

        private void add(Operation operation) {
            byMethod.put(operation.method(), Route.of(operation));
            var methods = new TreeSet<>(byMethod.keySet());
            if (methods.contains("GET")) methods.add("HEAD");
            methods.add("OPTIONS");
            allow = String.join(", ", methods);
        }
    }

    /** A resource and the decoded values of its path parameters, in the order of the template. */
    record Found(Resource resource, List<String> values) {}

    private static final class Node {
        private final Map<String, Node> literals = new HashMap<>();
        private Node parameter;
        private Resource resource;

        private Node child(String segment) {
            if (!Route.isParameter(segment)) return literals.computeIfAbsent(segment, name -> new Node());
            if (parameter == null) parameter = new Node();
            return parameter;
        }
    }

    private final Node root = new Node();
    private final List<Clash> clashes = new ArrayList<>();
    private final Map<String, Route> byId = new HashMap<>();
    private final Map<String, Operation> byMeaning = new HashMap<>();

    private final Set<String> core;

    private RouteTable(Set<String> core) {
        this.core = core;
    }

    static RouteTable of(Collection<Contract> contracts) {
        return of(contracts, Set.of());
    }

    /**
     * Mounts the contracts in their order, each as a whole or, where it clashes with one before it, not at all.
     *
     * @param core services that were made for each other: a literal of one may stand beside another's parameter
     */
    static RouteTable of(Collection<Contract> contracts, Set<String> core) {
        var table = new RouteTable(core);
        contracts.forEach(table::mount);
        return table;
    }

    private void mount(Contract contract) {
        var operations = contract.operations().values().stream()
                .filter(operation -> !operation.internal())
                .toList();
        var claimed = new HashMap<String, Operation>();
        for (var operation : operations) {
            var meaning = meaning(operation);
            var serving = byMeaning.getOrDefault(meaning, claimed.putIfAbsent(meaning, operation));
            if (serving == null) serving = deprived(operation);
            if (serving != null) {
                clashes.add(new Clash(operation, serving));
                return;
            }
        }
        byMeaning.putAll(claimed);
        operations.forEach(this::add);
    }

    /** What requests it would answer: the names of parameters make no difference. */
    private static String meaning(Operation operation) {
        return operation.method() + shape(operation);
    }

    private static String shape(Operation operation) {
        var shape = new StringBuilder();
        for (var segment : segments(operation.path())) {
            shape.append('/').append(Route.isParameter(segment) ? "{}" : segment);
        }
        return shape.toString();
    }

    private static boolean isSameTemplate(Operation one, Operation other) {
        return shape(one).equals(shape(other));
    }

    /** Whose requests it would take, if any. Whatever the methods: it is the template which says what methods there are. */
    private Operation deprived(Operation operation) {
        if (core.contains(operation.service())) return null;
        return byMeaning.values().stream()
                .filter(serving -> !serving.service().equals(operation.service()))
                .filter(serving -> takes(segments(operation.path()), segments(serving.path())))
                .min(Comparator.comparing(
                                (Operation serving) -> !serving.method().equals(operation.method()))
                        .thenComparing(Operation::id))
                .orElse(null);
    }

    /** Is there a path that both match, and the first one's template is preferred: a literal before a parameter? */
    private static boolean takes(List<String> one, List<String> other) {
        if (one.size() != other.size()) return false;
        var decided = false;
        var preferred = false;
        for (var i = 0; i < one.size(); i++) {
            var free = Route.isParameter(one.get(i));
            var otherFree = Route.isParameter(other.get(i));
            if (!free && !otherFree && !one.get(i).equals(other.get(i))) return false;
            if (free == otherFree || decided) continue;
            decided = true;
            preferred = otherFree;
        }
        return preferred;
    }

    List<Clash> clashes() {
        return clashes;
    }

    Collection<Route> routes() {
        return byId.values();
    }

    /** The public operation of this name, or null. */
    Route route(String id) {
        return byId.get(id);
    }

    private void add(Operation operation) {
        var node = root;
        for (var segment : segments(operation.path())) node = node.child(segment);
        if (node.resource == null) node.resource = new Resource();
        node.resource.add(operation);
        byId.put(operation.id(), node.resource.route(operation.method()));
    }

    private static List<String> segments(String template) {
        if (!template.startsWith("/")) throw new IllegalArgumentException(template + " does not begin with a slash");
        if (template.equals("/")) return List.of();
        var segments = List.of(template.substring(1).split("/", -1));
        if (segments.size() > MAX_SEGMENTS) throw new IllegalArgumentException(template + " has too many segments");
        return segments;
    }

    /** The resource a raw path names, or null: not found. */
    Found find(String path) {
        if (path.equals("/")) return root.resource == null ? null : new Found(root.resource, List.of());
        if (!path.startsWith("/")) return null;
        var values = new ArrayList<String>(2);
        var resource = find(root, path, 0, values, MAX_SEGMENTS);
        return resource == null ? null : new Found(resource, values);
    }

    /** Backtracks: a literal that leads nowhere gives way to the parameter beside it. */
    private static Resource find(Node node, String path, int slash, List<String> values, int left) {
        if (slash == path.length()) return node.resource;
        if (left == 0) return null;
        var end = path.indexOf('/', slash + 1);
        if (end < 0) end = path.length();
        if (end == slash + 1) return null;
        var segment = PercentText.segment(path, slash + 1, end);
        if (segment == null) return null;
        var literal = node.literals.get(segment);
        var found = literal == null ? null : find(literal, path, end, values, left - 1);
        if (found != null || node.parameter == null) return found;
        values.add(segment);
        found = find(node.parameter, path, end, values, left - 1);
        if (found == null) values.remove(values.size() - 1);
        return found;
    }
}
