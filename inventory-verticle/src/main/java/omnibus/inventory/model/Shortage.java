package omnibus.inventory.model;

/** A SKU of which an order wanted more than there was. An unknown SKU has nothing available. */
public record Shortage(String sku, int requested, int available) {}
