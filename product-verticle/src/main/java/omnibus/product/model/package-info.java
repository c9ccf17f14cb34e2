/** The catalogue's rules: plain Java, no store, no bus, no JSON. */
package omnibus.product.model;
