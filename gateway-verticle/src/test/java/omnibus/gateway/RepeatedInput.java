package omnibus.gateway;

import java.io.InputStream;

/** The same line again and again, as many whole ones as fit into a size, without being held anywhere. */
final class RepeatedInput extends InputStream {
    private final byte[] line;
    private long left;
    private int at;

    RepeatedInput(byte[] line, long size) {
        this.line = line;
        this.left = size / line.length * line.length;
    }

    @Override
    public int read() {
        if (left == 0) return -1;
        left--;
        var b = line[at] & 0xff;
        at = (at + 1) % line.length;
        return b;
    }
}
