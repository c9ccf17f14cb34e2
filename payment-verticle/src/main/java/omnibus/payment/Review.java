package omnibus.payment;

import java.time.Instant;
import omnibus.payment.model.Payment;
import omnibus.payment.model.Step;

/**
 * A payment that waits for a person: the provider contradicts the books, or an answer cannot be written.
 *
 * @param step what the provider was asked last; {@code null} when it never was
 * @param why what is wrong; {@code null} for a payment that waits for nobody
 */
record Review(Payment payment, Step step, int failures, String why, Instant since) {}
