-- The guest's cart goes; its lines come to the user's, all or none. ARGV: user, guest's cart id, id for a new cart
local guest = existing(ARGV[2], '')
local id = cart_of(ARGV[1])
if not guest then return answer('ok', id) end
local fields = redis.call('HGETALL', key(guest))
local new_lines = 0
for i = 1, #fields, 2 do
    local sku = string.match(fields[i], '^sku:(.*)$')
    if sku and (not id or quantity(id, sku) == 0) then new_lines = new_lines + 1 end
end
if (id and lines(id) or 0) + new_lines > CART_LIMIT then return answer('cart-limit', id) end
id = id or make(ARGV[3], ARGV[1])
for i = 1, #fields, 2 do
    local sku = string.match(fields[i], '^sku:(.*)$')
    if sku then add_capped(id, sku, tonumber(fields[i + 1])) end
end
redis.call('DEL', key(guest))
touch(id)
return answer('ok', id)
