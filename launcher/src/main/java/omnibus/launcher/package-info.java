/**
 * The front door: builds nothing itself, but starts, watches, scales, restarts, stops and explains the processes of a shop.
 *
 * <p>Reading order: {@link omnibus.launcher.Shop} (which processes there are), {@link omnibus.launcher.Instance} (what is
 * remembered of a running one), {@link omnibus.launcher.Fleet} (starting and stopping them), {@link
 * omnibus.launcher.Supervisor} (restarting what died), then one class per command. All state is in files under {@code
 * OMNIBUS_HOME}; any process of this package may be killed at any instruction, and the next command goes on from the
 * files.
 */
package omnibus.launcher;
