/**
 * Orders: placing and checkout, following, cancelling, shipping, and the saga behind each of them.
 *
 * <p>Operations: {@code order/openapi.yaml}. Asks product (prices), cart (what is checked out), user (saved addresses);
 * commands inventory and payment. Writes OrderPlaced and OrderStatusChanged to its log; follows payment (news wakes sagas
 * that wait) and user (erasure). Tables: orders, order_line, order_timeline, saga, saga_log, erased_user.
 *
 * <p>Read {@link omnibus.order.model.OrderSaga} first: the table of steps and compensations. {@code SagaEngine} drives
 * sagas through it, {@code SagaStore} fences what is written, {@code Sweeper} finds what somebody has dropped.
 */
package omnibus.order;
