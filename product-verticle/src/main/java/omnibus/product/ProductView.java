package omnibus.product;

import java.util.Map;

/** A product as the contract shows it, with its entity tag {@code <version>-<facts>} (without the quotes). */
record ProductView(Map<String, Object> body, String tag) {}
