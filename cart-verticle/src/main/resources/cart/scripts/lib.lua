-- What every script starts with. A cart is one hash: 'owner' (user id, or '' for a guest), 'version', 'currency' (of its
-- lines, '' while there are none), and 'sku:<SKU>' with a quantity. A user's cart is found by 'user-cart:<user>', and
-- 'erased:<user>' remembers who has gone. Keys follow from each other: this wants one Redis, not a Redis Cluster.
local LINE_LIMIT, CART_LIMIT = 99, 100
local GUEST_SECONDS, USER_SECONDS, MEMORY_SECONDS = 30 * 86400, 400 * 86400, 30 * 86400

local function key(id) return 'cart:' .. id end

local function pointer(user) return 'user-cart:' .. user end

-- The cart's id if there is such a cart and it is this owner's; a guest never reaches a user's cart by its id.
local function existing(id, owner)
    if not id or id == '' then return nil end
    if redis.call('HGET', key(id), 'owner') ~= owner then return nil end
    return id
end

local function cart_of(user)
    return existing(redis.call('GET', pointer(user)) or '', user)
end

local function erased(user)
    return user ~= '' and redis.call('EXISTS', 'erased:' .. user) == 1
end

local function make(id, owner)
    redis.call('HSET', key(id), 'owner', owner, 'version', 0, 'currency', '')
    if owner ~= '' then redis.call('SET', pointer(owner), id, 'EX', USER_SECONDS) end
    return id
end

local function lines(id)
    return redis.call('HLEN', key(id)) - 3
end

local function touch(id)
    redis.call('HINCRBY', key(id), 'version', 1)
    local owner = redis.call('HGET', key(id), 'owner')
    if lines(id) == 0 then redis.call('HSET', key(id), 'currency', '') end
    redis.call('EXPIRE', key(id), owner == '' and GUEST_SECONDS or USER_SECONDS)
    if owner ~= '' then redis.call('EXPIRE', pointer(owner), USER_SECONDS) end
end

local function quantity(id, sku)
    return tonumber(redis.call('HGET', key(id), 'sku:' .. sku) or '0')
end

local function currency(id)
    return redis.call('HGET', key(id), 'currency')
end

-- May lines in this currency come to this cart, which need not be there yet?
local function speaks(id, other)
    return not id or lines(id) == 0 or currency(id) == other
end

local function put(id, sku, count)
    if count <= 0 then return redis.call('HDEL', key(id), 'sku:' .. sku) end
    redis.call('HSET', key(id), 'sku:' .. sku, count)
    return 1
end

-- Adds to a line up to its limit; a new line only while there is room. Used where nobody is there to be refused.
local function add_capped(id, sku, count)
    local before = quantity(id, sku)
    if before == 0 and lines(id) >= CART_LIMIT then return end
    put(id, sku, math.min(LINE_LIMIT, before + count))
end

-- {outcome, id, version, currency, sku, quantity, sku, quantity, …}; lines in the order in which they came.
local function answer(outcome, id)
    if not id then return { outcome, '', '0', '' } end
    local reply = { outcome, id, redis.call('HGET', key(id), 'version'), currency(id) }
    local fields = redis.call('HGETALL', key(id))
    for i = 1, #fields, 2 do
        if string.sub(fields[i], 1, 4) == 'sku:' then
            reply[#reply + 1] = string.sub(fields[i], 5)
            reply[#reply + 1] = fields[i + 1]
        end
    end
    return reply
end

-- Takes exactly these quantities out, once per order; later additions stay.
local function take(order, id, ordered)
    if not redis.call('SET', 'taken:' .. order, id, 'NX', 'EX', MEMORY_SECONDS) then return false end
    if redis.call('EXISTS', key(id)) == 0 then return true end
    for _, line in ipairs(ordered) do put(id, line.sku, quantity(id, line.sku) - line.quantity) end
    touch(id)
    return true
end

-- Puts a rejected order's lines back into the user's present cart, once per order. Lines that were never taken out are
-- still there: then only later takings are forestalled. A cart that has come to speak another currency is left alone.
local function put_back(order, user, ordered, ordered_currency, new_id)
    if not redis.call('SET', 'put-back:' .. order, '1', 'NX', 'EX', MEMORY_SECONDS) then return end
    if redis.call('SET', 'taken:' .. order, '', 'NX', 'EX', MEMORY_SECONDS) then return end
    if erased(user) or not speaks(cart_of(user), ordered_currency) then return end
    local id = cart_of(user) or make(new_id, user)
    for _, line in ipairs(ordered) do add_capped(id, line.sku, line.quantity) end
    redis.call('HSET', key(id), 'currency', ordered_currency)
    touch(id)
end

-- The cart goes, and neither a late write nor a late rejection brings one back.
local function erase(user)
    local id = redis.call('GET', pointer(user))
    if id then redis.call('DEL', key(id)) end
    redis.call('DEL', pointer(user))
    redis.call('SET', 'erased:' .. user, '1', 'EX', MEMORY_SECONDS)
end

-- What events do to carts, each once.
local function apply(effects)
    for _, effect in ipairs(effects) do
        if effect.kind == 'take' then take(effect.order, effect.cart, effect.lines)
        elseif effect.kind == 'put-back' then put_back(effect.order, effect.user, effect.lines, effect.currency, effect.newCart)
        elseif effect.kind == 'erase' then erase(effect.user) end
    end
end
