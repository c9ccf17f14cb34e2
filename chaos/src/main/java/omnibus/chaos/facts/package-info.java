/**
 * What is true after a run: the stores of order, inventory and payment, read from outside by SQL, and the payment
 * provider's own log. It knows the services' tables and none of their classes, so that a bug of theirs is not its own.
 */
package omnibus.chaos.facts;
