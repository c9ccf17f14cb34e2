-- ARGV: order id, cart id, lines as JSON. 1 when this call took them, 0 when that was done before.
return take(ARGV[1], ARGV[2], cjson.decode(ARGV[3])) and 1 or 0
