package omnibus.chaos.crowd;

import java.util.UUID;

/**
 * What a buyer was told in the end, after repeating with the same key what had no answer or was put off.
 *
 * @param want what was asked for
 * @param status of the last answer, 0 where none ever came
 * @param order null where there is none
 * @param replayed whether the answer says that it is a repeat
 * @param sentAt milliseconds since 1970
 * @param longestMillis of all the tries, the longest wait for an answer
 */
public record Bought(Want want, int status, UUID order, boolean replayed, long sentAt, long longestMillis) {}
