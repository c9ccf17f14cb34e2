/**
 * Carts of guests and users, in Redis.
 *
 * <p>Operations: {@code cart/openapi.yaml}. Asks {@code product.quoteProducts} for names and prices. Follows the logs of
 * {@code order} (takes ordered lines out if the call got lost, puts a rejected order's lines back) and {@code user}
 * (erases). Has no log of its own: a cart is nobody else's business. Keys: {@code cart:<id>}, {@code user-cart:<user>},
 * {@code taken:<order>}, {@code put-back:<order>}, {@code cursor:<log>}.
 */
package omnibus.cart;
