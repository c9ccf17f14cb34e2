-- ARGV: user ('' for a guest), guest's cart id, id for a new cart, what to do, SKU, quantity, the SKU's currency
local user, guest, new_id, what, sku, count, its_currency = unpack(ARGV)
if erased(user) then return answer('erased', nil) end
local id
if user ~= '' then id = cart_of(user) else id = existing(guest, '') end

if what == 'clear' then
    if not id or lines(id) == 0 then return answer('ok', id) end
    local version = redis.call('HGET', key(id), 'version')
    redis.call('DEL', key(id))
    redis.call('HSET', key(id), 'owner', user, 'version', version, 'currency', '')
    touch(id)
    return answer('ok', id)
end

local before = id and quantity(id, sku) or 0
local after = tonumber(count) + (what == 'add' and before or 0)
if after > LINE_LIMIT then return answer('line-limit', id) end
if after > 0 and before == 0 and id and lines(id) >= CART_LIMIT then return answer('cart-limit', id) end
if after > 0 and not speaks(id, its_currency) then return answer('other-currency', id) end
if after == before then return answer('ok', id) end
id = id or make(new_id, user)
put(id, sku, after)
if after > 0 then redis.call('HSET', key(id), 'currency', its_currency) end
touch(id)
return answer('ok', id)
