package omnibus.product.model;

/**
 * The last word of inventory that a product has heard: which log it came from and the stock row's version. A word that
 * is older says nothing; a log that was restored counts its versions anew.
 */
public record StockMark(String log, long version) {
    public static final StockMark NONE = new StockMark("", 0);

    public boolean isNewerThan(StockMark known) {
        return !log.equals(known.log) || version > known.version;
    }
}
