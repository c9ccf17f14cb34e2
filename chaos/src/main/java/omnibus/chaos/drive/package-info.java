/**
 * {@code ./omnibus chaos}: a shop of its own, shoppers that never take a lost answer for a failure, and faults drawn from a
 * seed.
 *
 * <p>Reading order: {@link omnibus.chaos.drive.Chaos} (the options), {@link omnibus.chaos.drive.ChaosRun} (a run from an empty
 * home to its verdict), {@link omnibus.chaos.drive.Shopper} (one closed loop), {@link omnibus.chaos.drive.FaultKind} (what can
 * be done to the shop, drawn as data) and {@link omnibus.chaos.drive.FaultHand} (doing it).
 */
package omnibus.chaos.drive;
