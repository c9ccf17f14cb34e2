/**
 * The gateway: one door to the shop. It speaks HTTP outside and the event bus inside, and knows no service by name: what
 * it serves, to whom and with which limits it reads from the contracts of the instances it finds in the directory.
 *
 * <p>Operations: {@code gateway.getHealth}, {@code getLiveness}, {@code getReadiness}, {@code getOpenApi},
 * {@code getAsyncApi}, {@code getCluster}; beside them the pages at {@code /}, {@code /docs} and {@code /problems}. Asks
 * {@code user.getJwks} and {@code user.readEndedSessions}; listens to the doorbell {@code events.user}. Events: none.
 * Stores: Redis, for limits that all gateways share, and none that it needs; contracts are kept in files and in the
 * clustered map {@code omnibus.contracts}.
 *
 * <p>The way of a request: {@link omnibus.gateway.Door} → {@link omnibus.gateway.Dispatch} →
 * {@link omnibus.gateway.Envelope} → the bus → {@link omnibus.gateway.Exchange}.
 */
package omnibus.gateway;
