package omnibus.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import omnibus.platform.IpAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recent part of a log and the browsers that want to hear of it. There is one for each log and gateway, whatever the
 * number of browsers. Whoever was away for a while goes on behind the last event it has seen, and whoever reads slowly falls
 * behind; what is older than the recent part comes from the {@link FeedArchive}. Lives on one event loop.
 */
final class Feed {
    static final int RECENT = 4_000;
    private static final int RECENT_CHARS = 8 * 1024 * 1024;
    /** How often the end of the log is waited for by who was told more elsewhere: another gateway may be ahead. */
    private static final int PATIENCE = 5;
    /** Of a subscription that has been told of everything. */
    private static final long LIVE = Long.MAX_VALUE;

    /** A place in a log, as clients are told it and tell it back. */
    record Sequence(String logId, long position) {
        @Override
        public String toString() {
            return logId + '/' + position;
        }

        /** Empty: it is no place in any log. */
        static Optional<Sequence> parse(String text) {
            var slash = text.lastIndexOf('/');
            if (slash < 1 || text.length() > 100) return Optional.empty();
            try {
                var position = Long.parseLong(text.substring(slash + 1));
                return position < 0 ? Optional.empty() : Optional.of(new Sequence(text.substring(0, slash), position));
            } catch (NumberFormatException noNumber) {
                return Optional.empty();
            }
        }
    }

    /** A message for everyone who registered for its address; made once, framed once. */
    static final class Message {
        private final long position;
        private final String address;
        private final String text;
        private String framed;

        private Message(Sequence sequence, String address, Object body) {
            this.position = sequence.position;
            this.address = address;
            this.text = BridgeMessage.event(address, sequence.toString(), body);
        }

        String in(SockJs framing) {
            if (framing == SockJs.RAW) return text;
            if (framed == null) framed = framing.frame(text);
            return framed;
        }
    }

    /** One browser's wish for one address. */
    static final class Subscription {
        private final String address;
        private final BridgeSocket socket;
        private final AccessTokens.Verified token;
        private final Optional<Sequence> after;
        private boolean confirmed;
        private int patience = PATIENCE;
        /** The first position of which it may not have been told yet. */
        private long next;

        private boolean reading;

        Subscription(String address, BridgeSocket socket, AccessTokens.Verified token, Optional<Sequence> after) {
            this.address = address;
            this.socket = socket;
            this.token = token;
            this.after = after;
        }

        String address() {
            return address;
        }

        AccessTokens.Verified token() {
            return token;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    private final FeedArchive archive;
    private final Deque<Message> recent = new ArrayDeque<>();
    private final Map<String, Set<Subscription>> subscriptions = new HashMap<>();
    private int recentChars;
    private String logId;
    private long head;
    private boolean current;
    /** What happened behind this position is remembered. */
    private long floor;

    Feed(FeedArchive archive) {
        this.archive = archive;
    }

    /** Begins anew, at an event of the past: the log was not known yet, or is another one. */
    void begin(String newLogId, long position) {
        logId = newLogId;
        head = position;
        floor = position;
        recent.clear();
        recentChars = 0;
        current = false;
        all().forEach(subscription -> subscription.confirmed = false);
    }

    /** All that has happened is known: from now on everyone can be told where they stand. */
    void reachedEnd() {
        current = true;
        for (var subscription : all()) if (!subscription.confirmed) confirm(subscription);
    }

    /** The next event of the log, for who registered for {@code address}. Answers how many did. */
    int add(long position, String address, Object body) {
        skip(position);
        var message = new Message(new Sequence(logId, position), address, body);
        recent.addLast(message);
        recentChars += message.text.length();
        while (recent.size() > RECENT || recentChars > RECENT_CHARS) {
            var forgotten = recent.removeFirst();
            recentChars -= forgotten.text.length();
            floor = forgotten.position;
        }
        var interested = List.copyOf(subscriptions.getOrDefault(address, Set.of()));
        for (var subscription : interested) {
            if (!subscription.confirmed || subscription.next != LIVE) continue;
            if (subscription.socket.isBehind()) subscription.next = position;
            else subscription.socket.send(message);
        }
        return interested.size();
    }

    /** The next event of the log, which concerns no browser. */
    void skip(long position) {
        head = position;
    }

    void subscribe(Subscription subscription) {
        subscriptions
                .computeIfAbsent(subscription.address, address -> new LinkedHashSet<>(2))
                .add(subscription);
        if (current) confirm(subscription);
    }

    void unsubscribe(Subscription subscription) {
        subscription.confirmed = false;
        subscriptions.computeIfPresent(subscription.address, (address, those) -> {
            those.remove(subscription);
            return those.isEmpty() ? null : those;
        });
    }

    /** The first message says from where on events follow, and whether nothing is missing before it. */
    private void confirm(Subscription subscription) {
        var isAhead = subscription
                .after
                .filter(after -> after.logId.equals(logId) && after.position > head)
                .isPresent();
        if (isAhead && subscription.patience-- > 0) return;
        var resumed = subscription.after.filter(this::isWithinReach);
        var from = resumed.map(Sequence::position).orElse(head);
        subscription.confirmed = true;
        subscription.next = from + 1;
        var told = Map.of("type", "Subscribed", "resumed", resumed.isPresent());
        subscription.socket.send(new Message(new Sequence(logId, from), subscription.address, told));
        catchUp(subscription);
    }

    private List<Subscription> all() {
        var all = new ArrayList<Subscription>();
        subscriptions.values().forEach(all::addAll);
        return all;
    }

    private boolean isWithinReach(Sequence sequence) {
        return sequence.logId.equals(logId)
                && sequence.position <= head
                && (sequence.position >= floor || head - sequence.position <= archive.reach());
    }

    /** Sends what a subscription has not been told of yet, as far as its socket takes it. */
    void catchUp(Subscription subscription) {
        if (!subscription.confirmed || subscription.next == LIVE) return;
        if (subscription.next <= floor) {
            catchUpFromArchive(subscription);
            return;
        }
        for (var message : recent) {
            if (message.position < subscription.next || !message.address.equals(subscription.address)) continue;
            if (!tell(subscription, message)) return;
        }
        subscription.next = LIVE;
    }

    private void catchUpFromArchive(Subscription subscription) {
        if (subscription.reading || subscription.socket.isBehind()) return;
        if (head - subscription.next > archive.reach()) {
            subscription.socket.cutOff();
            return;
        }
        subscription.reading = true;
        var from = subscription.next;
        BooleanSupplier wanted = () -> subscription.confirmed && subscription.next == from;
        var reader = IpAddress.clientNetwork(subscription.socket.clientAddress());
        archive.read(subscription.address, from - 1, reader, wanted).onComplete(read -> {
            subscription.reading = false;
            // Over, or placed elsewhere by a log that has begun anew meanwhile.
            if (!wanted.getAsBoolean()) catchUp(subscription);
            else if (read.failed() || !continues(read.result(), from)) {
                LOG.debug("what {} has missed cannot be read yet", subscription.address, read.cause());
                archive.later(() -> catchUp(subscription));
            } else if (tellAll(subscription, read.result())) {
                catchUp(subscription);
            }
        });
    }

    /** A log that has been replaced, or is behind what it was, has nothing to add. */
    private boolean continues(FeedArchive.Part part, long from) {
        return part.logId().equals(logId) && part.through() >= from;
    }

    /** Not beyond what this gateway knows itself: that comes from the recent part. False: the socket takes no more. */
    private boolean tellAll(Subscription subscription, FeedArchive.Part part) {
        for (var logged : part.events()) {
            if (logged.position() > head) break;
            var sequence = new Sequence(logId, logged.position());
            if (!tell(subscription, new Message(sequence, subscription.address, logged.event()))) return false;
        }
        subscription.next = Math.min(part.through(), head) + 1;
        return true;
    }

    /** False, and that is where to go on: the socket takes no more at the moment. */
    private static boolean tell(Subscription subscription, Message message) {
        if (subscription.socket.isBehind()) {
            subscription.next = message.position;
            return false;
        }
        subscription.socket.send(message);
        return true;
    }
}
