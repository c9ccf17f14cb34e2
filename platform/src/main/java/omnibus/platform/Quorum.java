package omnibus.platform;

import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether this JVM has been cut off: whether more than half of the cluster is out of reach. It asks only when there is
 * reason to, which is when the directory has been silent for three seconds, or when more than half have left within ten. Then
 * it connects to all others, once a second. Members that died leave a machine behind that refuses the connection, and frozen
 * ones a kernel that still accepts it; only a cut says nothing. Two silent rounds in a row are a cut, unless this JVM did not
 * get to run meanwhile: then the silence is its own. A JVM that is cut off says it is not ready, so that the side with the
 * clients goes on without it. Since the truth is in the stores this is courtesy, not correctness: it ends when more than half
 * are members and the directory is read twice, or after two minutes, when what is left is the cluster.
 *
 * <p>Where more than half have left and accept connections all the same, they go on without this JVM: they put it out while
 * it was frozen. So they do where it was cut off, they accept connections again, and the directory stays silent. Hazelcast
 * merges the two after a minute or so, and until then it would be a cluster of its own that nobody can use.
 */
final class Quorum {
    private static final Logger LOG = LoggerFactory.getLogger(Quorum.class);

    static final long LOOK_MILLIS = 250;
    /** Who looks so much later than it meant to has been frozen or starved. */
    private static final long LATE_NANOS = Duration.ofMillis(LOOK_MILLIS + 300).toNanos();

    private static final long SILENCE_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long BETWEEN_ROUNDS_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int SILENT_ROUNDS = 2;
    /** What was asked before the line was back may be answered late, also by those who have put out this one since. */
    private static final int READINGS = 2;

    /** Longer than members that were started anew in the same places need to join. */
    private static final int PUT_OUT_ROUNDS = 10;

    private static final long WINDOW_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long LONGEST_NANOS = Duration.ofMinutes(2).toNanos();

    private final SocketAddress self;
    private final Supplier<Set<SocketAddress>> others;
    private final Function<SocketAddress, Future<Boolean>> answers;
    private final Runnable putOut;
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
    private int putOutRounds;
    private int readings;
    private volatile boolean cutOff;
    private long cutOffSince;
    private int sizeBefore;

    /**
     * @param self under which the others know this one
     * @param others the members of the cluster now, without this one
     * @param answers true if an address accepts a connection, false if nothing comes from it; a refusal fails
     * @param putOut called once the others have been seen to go on without this JVM
     */
    Quorum(
            SocketAddress self,
            Supplier<Set<SocketAddress>> others,
            Function<SocketAddress, Future<Boolean>> answers,
            Runnable putOut,
            LongSupplier nanoTime) {
        this.self = self;
        this.others = others;
        this.answers = answers;
        this.putOut = putOut;
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
        noteMembers(heard);
        if (cutOff && mostAreMembers() && ++readings >= READINGS) end("the others are back");
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
        departed.keySet().removeAll(members);
        if (!cutOff && putOutRounds == 0) departed.values().removeIf(leftAt -> now - leftAt > WINDOW_NANOS);
    }

    private boolean hasReasonToAsk(long now) {
        if (cutOff || putOutRounds > 0) return true;
        return now - Math.max(heard, awakeSince) >= SILENCE_NANOS || departed.size() > members.size() + 1;
    }

    private boolean mostAreMembers() {
        return (members.size() + 1) * 2 > sizeBefore;
    }

    private void ask(long now) {
        asked = now;
        var round = Stream.concat(members.stream(), departed.keySet().stream())
                .collect(Collectors.toMap(address -> address, answers));
        asking = true;
        Future.join(List.copyOf(round.values())).onComplete(all -> told(round, now));
    }

    private synchronized void told(Map<SocketAddress, Future<Boolean>> round, long begun) {
        asking = false;
        var now = noteTime();
        noteMembers(now);
        var size = round.size() + 1;
        var silent = saying(false, round, round.keySet()).size();
        var goingOn = saying(true, round, cutOff ? round.keySet() : departed.keySet());
        if (goingOn.size() * 2 > size) mostGoOn(goingOn, size);
        else if (silent * 2 <= size) mostAreNotSilent(now);
        else if (awakeSince > begun || !hasReasonToAsk(now)) silentRounds = 0;
        else mostAreSilent(silent, size, now);
    }

    private static List<SocketAddress> saying(
            boolean answer, Map<SocketAddress, Future<Boolean>> round, Set<SocketAddress> among) {
        return among.stream().filter(it -> says(answer, round.get(it))).toList();
    }

    private static boolean says(boolean answer, Future<Boolean> told) {
        return told != null && told.succeeded() && told.result() == answer;
    }

    /** Where all have put out each other, one stays, for the others to join. */
    private void mostGoOn(List<SocketAddress> goingOn, int size) {
        silentRounds = 0;
        if (++putOutRounds != PUT_OUT_ROUNDS || goingOn.stream().allMatch(it -> comesBefore(self, it))) return;
        LOG.error("put out: {} of {} members are there and go on without this one", goingOn.size(), size);
        putOut.run();
    }

    private static boolean comesBefore(SocketAddress one, SocketAddress other) {
        return one.toString().compareTo(other.toString()) < 0;
    }

    private void mostAreNotSilent(long now) {
        heard = now;
        silentRounds = 0;
        putOutRounds = 0;
        if (!cutOff) departed.clear();
    }

    private void mostAreSilent(int silent, int size, long now) {
        silentRounds++;
        putOutRounds = 0;
        readings = 0;
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
        putOutRounds = 0;
        departed.clear();
        heard = nanoTime.getAsLong();
        LOG.info("no longer cut off: {}", why);
    }
}
