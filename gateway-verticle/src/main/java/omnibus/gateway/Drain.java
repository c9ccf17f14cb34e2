package omnibus.gateway;

/**
 * Reads and forgets what a client goes on sending after it was answered: 8 MiB or five seconds at most, then the
 * connection closes. Closing at once would reset the connection and could cost the client the answer it was sent.
 */
final class Drain {
    private static final long MAX_BYTES = 8 * 1024 * 1024;
    private static final long MAX_MILLIS = 5_000;

    private final Exchange exchange;
    private final Runnable drained;
    private long bytes;
    private long timer;
    private boolean over;

    Drain(Exchange exchange, Runnable drained) {
        this.exchange = exchange;
        this.drained = drained;
    }

    void start() {
        var request = exchange.request();
        request.handler(piece -> {
            bytes += piece.length();
            if (bytes > MAX_BYTES) stop(true);
        });
        request.endHandler(end -> stop(false));
        request.exceptionHandler(gone -> stop(true));
        timer = exchange.vertx().setTimer(MAX_MILLIS, tick -> stop(true));
        request.resume();
    }

    private void stop(boolean unfinished) {
        if (over) return;
        over = true;
        exchange.vertx().cancelTimer(timer);
        if (unfinished) exchange.closeAfter();
        drained.run();
    }
}
