-- An event that cannot be applied is kept and the cursor moves past it, as one. KEYS: cursor, dead letters. ARGV: holder,
-- from log, from position, to log, to position, event id, letter as JSON. 0 as in follow.
local holder, log, position = unpack(redis.call('HMGET', KEYS[1], 'holder', 'log', 'position'))
if holder ~= ARGV[1] or (log or '') ~= ARGV[2] or (position or '0') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[2], ARGV[6], ARGV[7])
redis.call('HSET', KEYS[1], 'log', ARGV[4], 'position', ARGV[5])
return 1
