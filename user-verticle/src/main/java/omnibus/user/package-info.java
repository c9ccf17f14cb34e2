/**
 * Users: accounts, sign-in, roles, address books.
 *
 * <p>Operations: openapi.yaml of this module. For peers: {@code user.readAddress} (order), {@code
 * user.readEndedSessions} and {@code user.getJwks} (gateways). Events out: UserRegistered, UserDeleted, RolesChanged,
 * SessionsEnded; in: none.
 *
 * <p>Tables (PostgreSQL): account, address, session, ended_session, sign_in_failure, known_address, signing_key.
 */
package omnibus.user;
