-- One dead letter, or nothing. KEYS: dead letters. ARGV: event id.
return redis.call('HGET', KEYS[1], ARGV[1])
