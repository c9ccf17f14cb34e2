package omnibus.product.model;

/** Average of the reviews in tenths of a star (0–50) and their number; whole numbers, so that pages sorted by it are exact. */
public record Rating(int tenths, int count) {
    public static final Rating NONE = new Rating(0, 0);
}
