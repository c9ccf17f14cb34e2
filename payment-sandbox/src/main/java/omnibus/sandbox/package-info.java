/**
 * A payment provider for development and tests: it speaks Stripe's wire protocol for what the shop uses, so that
 * payment-verticle runs the same client code here and in production. Payment intents with manual capture, cancel and
 * refunds, idempotency keys, events and signed webhooks; what is not here answers Stripe's own 404.
 *
 * <p>Every acknowledged change is a line of {@code OMNIBUS_HOME/sandbox/log.jsonl}, on disk before the answer leaves.
 * The log is replayed at start and never compacted: it is the evidence a checker compares the shop's ledger with.
 * One deliberate difference from Stripe: no minimum amount, so that a demo may sell for a cent.
 */
package omnibus.sandbox;
