package omnibus.chaos.crowd;

import java.util.List;

/**
 * What a buyer of a crowd asks for.
 *
 * @param round which of the rounds, or which of the keys, it belongs to; from 0
 * @param account whose order it is to be; from 0
 * @param key the idempotency key
 * @param skus a line of one unit for each, in this order
 * @param patient whether a 409, the first request with this key being under way, is repeated
 */
public record Want(int round, int account, String key, List<String> skus, boolean patient) {}
