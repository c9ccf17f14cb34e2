/**
 * The money of orders. Operations: see {@code payment/openapi.yaml}; the order saga authorizes, captures and cancels, a
 * person refunds, the provider sends events. Events out: {@code PaymentStatusChanged}. Events in: none.
 *
 * <p>Tables: {@code payment}, {@code refund}, {@code provider_call} (what the provider is being asked, committed before
 * it is asked), {@code ledger_*} (double entry), {@code webhook_event} (events already heeded), {@code mismatch} (where the
 * provider, these books and the order disagree) and {@code reconciler} (whose turn it is to look for such).
 */
package omnibus.payment;
