package omnibus.platform;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether this JVM has been cut off: whether more than half of the cluster is out of reach. It asks only when there is
 * reason to, which is when the directory has been silent for three seconds, or when more than half have left within ten. Then
 * it connects to all others, once a second. Members that died leave a machine behind that refuses the connection, and frozen
 * ones a kernel that still accepts it; only a cut says nothing. Two silent rounds in a row are a cut, unless this JVM did not
 * get to run meanwhile: then the silence is its own. A JVM that is cut off says it is not ready, so that the side with the
 * clients goes on without it. Since the truth is in the stores this is courtesy, not correctness: it ends when more than half
 * are members and answer again, or after two minutes, when what is left is the cluster.
 */
final class Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(Quorum.class);

    static final long LOOK_MILLIS = 250;
    /** Who looks so much later than it meant to has been frozen or starved. */
    private static final long LATE_NANOS = Duration.ofMillis(LOOK_MILLIS + 300).toNanos();

    private static final long SILENCE_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long BETWEEN_ROUNDS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int SILENT_ROUNDS = 2;
    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();

    private final Supplier<Set<SocketAddress>> others;
    private final Function<SocketAddress, Future<Boolean>> answers;
    private final LongSupplier nanoTime;

    private Set<SocketAddress> members;
    /** Who has left within the window, and when: with the members they are the cluster as it was. */
    private final Map<SocketAddress, Long> departed = new HashMap<>();

    private long looked;
    private long heard;
    private long awakeSince;
    private long asked;
    private boolean asking;
    private int silentRounds;
    private volatile boolean cutOff;
    private long cutOffSince;
    private int sizeBefore;

    /**
     * @param others the members of the cluster now, without this one
     * @param answers false if nothing comes from an address, where a refusal would be an answer
     */
    Quorum(
            Supplier<Set<SocketAddress>> others,
            Function<SocketAddress, Future<Boolean>> answers,
            LongSupplier nanoTime) {
        this.others = others;
        this.answers = answers;
        this.nanoTime = nanoTime;
        members = others.get();
        looked = nanoTime.getAsLong();
        heard = looked;
        awakeSince = looked;
        asked = looked - BETWEEN_ROUNDS_NANOS;
    }

    /** The directory has been read, which takes all of the cluster. */
    synchronized void heard() {
        heard = nanoTime.getAsLong();
    }

    /** To be called every {@link #LOOK_MILLIS}: also how it learns that this JVM does not get to run. */
    synchronized void look() {
        var now = noteTime();
        noteMembers(now);
        if (cutOff && now - cutOffSince > LONGEST_NANOS) end("what is left is the cluster now");
        if (!hasReasonToAsk(now)) silentRounds = 0;
        else if (!asking && now - asked >= BETWEEN_ROUNDS_NANOS) ask(now);
    }

    boolean isCutOff() {
        return cutOff;
    }

    private long noteTime() {
        var now = nanoTime.getAsLong();
        if (now - looked > LATE_NANOS) awakeSince = now;
        looked = now;
        return now;
    }

    private void noteMembers(long now) {
        var before = members;
        members = others.get();
        for (var member : before) if (!members.contains(member)) departed.put(member, now);
        departed.entrySet().removeIf(left -> members.contains(left.getKey()) || now - left.getValue() > WINDOW_NANOS);
    }

    /** Who is cut off and has lost the others as members need not ask before they are back. */
    private boolean hasReasonToAsk(long now) {
        if (cutOff) return mostAreMembers();
        return now - Math.max(heard, awakeSince) >= SILENCE_NANOS || departed.size() > members.size() + 1;
    }

    private boolean mostAreMembers() {
        return (members.size() + 1) * 2 > sizeBefore;
    }

    private void ask(long now) {
        asking = true;
        asked = now;
        var cluster = new HashSet<>(members);
        cluster.addAll(departed.keySet());
        var round = cluster.stream().map(answers).toList();
        Future.join(round).onComplete(all -> told(round, now));
    }

    private synchronized void told(List<Future<Boolean>> round, long begun) {
        asking = false;
        var now = noteTime();
        var size = round.size() + 1;
        var silent = (int) round.stream()
                .filter(answer -> answer.succeeded() && !answer.result())
                .count();
        if (silent * 2 <= size) mostAnswer(now);
        else if (awakeSince > begun || !hasReasonToAsk(now)) silentRounds = 0;
        else mostAreSilent(silent, size, now);
    }

    private void mostAnswer(long now) {
        heard = now;
        silentRounds = 0;
        departed.clear();
        if (cutOff && mostAreMembers()) end("the others are back");
    }

    private void mostAreSilent(int silent, int size, long now) {
        silentRounds++;
        if (cutOff) return;
        LOG.warn("{} of {} members say nothing, not even that they refuse a connection", silent, size);
        if (silentRounds < SILENT_ROUNDS) return;
        cutOff = true;
        cutOffSince = now;
        sizeBefore = size;
        LOG.error("cut off: {} of {} members are out of reach; not ready until they are back", silent, size);
    }

    private void end(String why) {
        cutOff = false;
        silentRounds = 0;
        departed.clear();
        heard = nanoTime.getAsLong();
        LOG.info("no longer cut off: {}", why);
    }
}
