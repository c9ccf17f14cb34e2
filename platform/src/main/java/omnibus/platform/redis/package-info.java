/** Redis as services use it: scripts that are one step each. */
package omnibus.platform.redis;
