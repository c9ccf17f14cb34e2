/**
 * The stores of a shop that has no database servers of its own: PostgreSQL and Redis, the real servers, from Maven
 * artifacts, and an emulation of MongoDB's protocol within this JVM.
 *
 * <p>{@link omnibus.stores.StoresMain} runs them for a home and describes them in {@code run/stores.json}. What each
 * promises is the same: an acknowledged write is on disk. PostgreSQL and Redis outlive the JVM when it is killed and are
 * taken over by the next; the emulation lives and dies with it. Tests start the same stores in their own JVM.
 */
package omnibus.stores;
