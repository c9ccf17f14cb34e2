-- Takes up to ARGV[3] tokens out of a bucket that holds ARGV[1] and gets ARGV[2] a second. Time is Redis's own.
-- Answers how many were taken, how many are left, and the milliseconds until there is another one.
local capacity, rate, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = capacity
if bucket[1] then
    tokens = math.min(capacity, bucket[1] + math.max(0, now - bucket[2]) * rate / 1000)
end
local taken = math.min(wanted, math.floor(tokens))
tokens = tokens - taken
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity / rate * 1000) + 1000)
return {taken, math.floor(tokens), tokens < 1 and math.ceil((1 - tokens) * 1000 / rate) or 0}
