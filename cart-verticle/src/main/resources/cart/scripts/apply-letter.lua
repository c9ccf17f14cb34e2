-- The effects of a dead letter, which is then none any more. KEYS: dead letters. ARGV: event id, effects as JSON.
apply(cjson.decode(ARGV[2]))
return redis.call('HDEL', KEYS[1], ARGV[1])
