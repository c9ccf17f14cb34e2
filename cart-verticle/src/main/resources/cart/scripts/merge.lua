-- The guest's cart goes; its lines come to the user's, all or none. ARGV: user, guest's cart id, id for a new cart
local user = ARGV[1]
local guest = existing(ARGV[2], '')
local id = cart_of(user)
if erased(user) then return answer('erased', nil) end
if not guest then return answer('ok', id) end
local its_currency = currency(guest)
if lines(guest) > 0 and not speaks(id, its_currency) then return answer('other-currency', id) end
local brought = {}
local new_lines = 0
local fields = redis.call('HGETALL', key(guest))
for i = 1, #fields, 2 do
    local sku = string.match(fields[i], '^sku:(.*)$')
    if sku then
        brought[#brought + 1] = { sku, tonumber(fields[i + 1]) }
        if not id or quantity(id, sku) == 0 then new_lines = new_lines + 1 end
    end
end
if (id and lines(id) or 0) + new_lines > CART_LIMIT then return answer('cart-limit', id) end
redis.call('DEL', key(guest))
if #brought == 0 then return answer('ok', id) end
id = id or make(ARGV[3], user)
for _, line in ipairs(brought) do add_capped(id, line[1], line[2]) end
redis.call('HSET', key(id), 'currency', its_currency)
touch(id)
return answer('ok', id)
