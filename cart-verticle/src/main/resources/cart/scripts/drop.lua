-- Takes lines out whatever their quantity: products that are no longer sold. ARGV: cart id, SKU, SKU, …
local id = ARGV[1]
local gone = 0
if redis.call('EXISTS', key(id)) == 1 then
    for i = 2, #ARGV do gone = gone + put(id, ARGV[i], 0) end
    if gone > 0 then touch(id) end
    return answer('ok', id)
end
return answer('ok', nil)
