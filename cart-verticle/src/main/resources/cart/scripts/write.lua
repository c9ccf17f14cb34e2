-- ARGV: user ('' for a guest), guest's cart id, id for a new cart, what to do, SKU, quantity
local user, guest, new_id, what, sku, count = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])
local id
if user ~= '' then id = cart_of(user) else id = existing(guest, '') end

if what == 'clear' then
    if not id or lines(id) == 0 then return answer('ok', id) end
    local version = redis.call('HGET', key(id), 'version')
    redis.call('DEL', key(id))
    redis.call('HSET', key(id), 'owner', user, 'version', version)
    touch(id)
    return answer('ok', id)
end

local before = id and quantity(id, sku) or 0
local after = what == 'add' and before + count or count
if after > LINE_LIMIT then return answer('line-limit', id) end
if after > 0 and before == 0 and id and lines(id) >= CART_LIMIT then return answer('cart-limit', id) end
if after == before then return answer('ok', id) end
id = id or make(new_id, user)
put(id, sku, after)
touch(id)
return answer('ok', id)
