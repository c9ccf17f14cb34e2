-- All dead letters. KEYS: dead letters.
return redis.call('HVALS', KEYS[1])
