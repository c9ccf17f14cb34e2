-- ARGV: user ('' for a guest), guest's cart id
return answer('ok', ARGV[1] ~= '' and cart_of(ARGV[1]) or existing(ARGV[2], ''))
