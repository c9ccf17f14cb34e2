package omnibus.order.model;

import java.time.Instant;
import java.util.Optional;

/**
 * An order whose saga has stopped and waits for a person.
 *
 * @param step where it stopped; its command may have taken effect
 * @param error what the last try came to
 */
public record Review(Order order, Step step, int failures, Optional<String> error, Instant since, long epoch) {}
