-- Effects of a page of events and the move of the cursor, as one. KEYS: cursor. ARGV: holder, from log, from position,
-- to log, to position, effects as JSON. 0 when the cursor has passed to another or stands elsewhere: nothing is done.
local holder, log, position = unpack(redis.call('HMGET', KEYS[1], 'holder', 'log', 'position'))
if holder ~= ARGV[1] or (log or '') ~= ARGV[2] or (position or '0') ~= ARGV[3] then return 0 end
apply(cjson.decode(ARGV[6]))
redis.call('HSET', KEYS[1], 'log', ARGV[4], 'position', ARGV[5])
return 1
