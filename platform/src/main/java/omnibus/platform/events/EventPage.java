package omnibus.platform.events;

import java.util.List;

/**
 * A piece of a log.
 *
 * @param logId changes when the log was restored or replaced: positions of another log mean nothing here
 * @param head the highest position there is
 */
public record EventPage(String logId, List<LoggedEvent> events, long head) {}
