/**
 * What must hold whatever happens, I1 to I11, one class each. {@link omnibus.chaos.check.Checker} compares what shoppers
 * were told with what is true in the end; {@link omnibus.chaos.check.Sampler} looks while the shop works.
 */
package omnibus.chaos.check;
