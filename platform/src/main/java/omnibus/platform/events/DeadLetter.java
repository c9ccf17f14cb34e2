package omnibus.platform.events;

import java.time.Instant;

/**
 * An event that a follower cannot apply and has put aside, so that what comes after it is not held up. It waits in the
 * follower's own store until somebody has mended the cause and has it applied after all.
 *
 * @param source whose log it came from
 * @param logId which log that was
 * @param error what came of the last try
 */
public record DeadLetter(String source, String logId, long position, Event event, String error, Instant since) {
    private static final int LONGEST_ERROR = 1_000;

    /** What to keep of a failure: its message, in so many words. */
    public static String errorOf(Throwable failure) {
        var text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return text.length() > LONGEST_ERROR ? text.substring(0, LONGEST_ERROR) : text;
    }
}
