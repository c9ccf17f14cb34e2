package omnibus.chaos.agent;

import java.util.Arrays;
import java.util.Optional;

/**
 * The boundaries between the steps of an order's life, each a method of a service whose future succeeds when the step is
 * done: before its beginning and after its end a JVM may die.
 */
public enum Boundary {
    ORDER_PLACE("order.place", "omnibus.order.PlacingStore", "place(Collection)"),
    ORDER_MOVE("order.move", "omnibus.order.SagaStore", "write(Collection)"),
    ORDER_CLAIM("order.claim", "omnibus.order.SagaStore", "claim(int)"),
    ORDER_SEIZE("order.seize", "omnibus.order.SagaStore", "seize(UUID,Function)"),
    ORDER_ASKS_RESERVE("order.asks.", "omnibus.order.InventoryClient", "send(String,List)", "inventory.reserveStock"),
    ORDER_ASKS_AUTHORIZE(
            "order.asks.", "omnibus.order.PaymentClient", "send(String,List)", "payment.authorizePayments"),
    ORDER_ASKS_COMMIT("order.asks.", "omnibus.order.InventoryClient", "send(String,List)", "inventory.commitStock"),
    ORDER_ASKS_CAPTURE("order.asks.", "omnibus.order.PaymentClient", "send(String,List)", "payment.capturePayments"),
    ORDER_ASKS_CANCEL("order.asks.", "omnibus.order.PaymentClient", "send(String,List)", "payment.cancelPayments"),
    ORDER_ASKS_RELEASE("order.asks.", "omnibus.order.InventoryClient", "send(String,List)", "inventory.releaseStock"),

    INVENTORY_RESERVE("inventory.reserveStock", "omnibus.inventory.InventoryApi", "reserveStock(Call)"),
    INVENTORY_COMMIT("inventory.commitStock", "omnibus.inventory.InventoryApi", "commitStock(Call)"),
    INVENTORY_RELEASE("inventory.releaseStock", "omnibus.inventory.InventoryApi", "releaseStock(Call)"),
    INVENTORY_STORE("inventory.store", "omnibus.inventory.InventoryStore", "committed(Function)"),

    PAYMENT_AUTHORIZE("payment.authorizePayments", "omnibus.payment.PaymentApi", "authorizePayments(Call)"),
    PAYMENT_CAPTURE("payment.capturePayments", "omnibus.payment.PaymentApi", "capturePayments(Call)"),
    PAYMENT_CANCEL("payment.cancelPayments", "omnibus.payment.PaymentApi", "cancelPayments(Call)"),
    PAYMENT_STORE("payment.store", "omnibus.payment.PaymentStore", "transaction(Function)"),
    PROVIDER_AUTHORIZE("payment.provider.", "omnibus.payment.StripeClient", "run(Errand)", "AUTHORIZE", "call.step"),
    PROVIDER_CAPTURE("payment.provider.", "omnibus.payment.StripeClient", "run(Errand)", "CAPTURE", "call.step"),
    PROVIDER_VOID("payment.provider.", "omnibus.payment.StripeClient", "run(Errand)", "VOID", "call.step"),
    PROVIDER_REFUND("payment.provider.", "omnibus.payment.StripeClient", "run(Errand)", "REFUND", "call.step"),
    PAYMENT_ANSWERS("payment.answers", "omnibus.payment.ProviderCalls", "settle(List)"),
    PAYMENT_WEBHOOK("payment.webhook", "omnibus.payment.Webhooks", "receive(String,Buffer,Origin)");

    private final String wireName;
    private final String className;
    private final String signature;
    private final Optional<Variant> variant;

    Boundary(String wireName, String className, String signature) {
        this(wireName, className, signature, Optional.empty());
    }

    /** Passed only where the first argument is this text. */
    Boundary(String prefix, String className, String signature, String value) {
        this(prefix + value, className, signature, Optional.of(new Variant("", value)));
    }

    /** Passed only where what {@code path} leads to, from the first argument on, is this value. */
    Boundary(String prefix, String className, String signature, String value, String path) {
        this(
                prefix + value.toLowerCase(java.util.Locale.ROOT),
                className,
                signature,
                Optional.of(new Variant(path, value)));
    }

    Boundary(String wireName, String className, String signature, Optional<Variant> variant) {
        this.wireName = wireName;
        this.className = className;
        this.signature = signature;
        this.variant = variant;
    }

    /** The service in whose JVMs it is. */
    public String service() {
        return className.split("\\.")[1];
    }

    public String wireName() {
        return wireName;
    }

    String className() {
        return className;
    }

    String methodName() {
        return signature.substring(0, signature.indexOf('('));
    }

    /** The method's name and its parameters' simple type names: {@code send(String,List)}. */
    String signature() {
        return signature;
    }

    Optional<Variant> variant() {
        return variant;
    }

    /** The name by which woven code tells where it is. */
    String method() {
        return className + "." + methodName();
    }

    static Optional<Boundary> named(String wireName) {
        return Arrays.stream(values())
                .filter(it -> it.wireName.equals(wireName))
                .findFirst();
    }
}
