/** Crowds: many buyers at the same moment for the same thing. What each of them asks for, and what must be so afterwards. */
package omnibus.chaos.crowd;
