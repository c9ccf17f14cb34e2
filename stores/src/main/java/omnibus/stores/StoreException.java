package omnibus.stores;

import java.io.IOException;

/** A store cannot be had. The message is for a person: what happened, why, and what to do. */
public final class StoreException extends IOException {
    private static final long serialVersionUID = 1;

    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
