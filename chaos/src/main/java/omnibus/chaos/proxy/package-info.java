/**
 * A TCP proxy that breaks connections on demand. {@link omnibus.chaos.proxy.FaultProxy} is the door, {@link
 * omnibus.chaos.proxy.Trouble} what can be wrong with the line.
 */
package omnibus.chaos.proxy;
