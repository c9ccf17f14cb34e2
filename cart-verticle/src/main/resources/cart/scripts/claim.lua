-- The right to follow a log, held for ten seconds by this server's clock. KEYS: cursor. ARGV: holder.
local now = tonumber(redis.call('TIME')[1])
local holder, till = unpack(redis.call('HMGET', KEYS[1], 'holder', 'till'))
if holder and holder ~= ARGV[1] and tonumber(till) > now then return nil end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'till', now + 10)
local log, position = unpack(redis.call('HMGET', KEYS[1], 'log', 'position'))
return { log or '', position or '0' }
