package omnibus.gateway;

import io.vertx.core.Context;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import omnibus.platform.Platform;
import omnibus.platform.directory.Directory;

/** What changes among the members of the cluster, as this gateway sees it. Its log is its own and ends with it. */
final class ClusterFeed {
    /** @param type {@code MemberJoined}, {@code MemberChanged} or {@code MemberLeft} */
    private record Change(String type, Instant at, Member data) {}

    private record Member(
            String service, String instance, String version, String state, long pid, String host, Instant startedAt) {
        static Member of(Directory.Entry entry) {
            var lease = entry.lease();
            var state = entry.held() ? lease.state().name() : "SILENT";
            return new Member(
                    lease.service(),
                    lease.instance(),
                    lease.version(),
                    state,
                    lease.pid(),
                    lease.host(),
                    lease.startedAt());
        }
    }

    private final Platform platform;
    private final Context context;
    private final Feed feed;
    private Map<String, Member> members;
    private long position;

    ClusterFeed(Platform platform) {
        this.platform = platform;
        this.context = platform.vertx().getOrCreateContext();
        this.members = members(platform.directory());
        this.feed = new Feed(FeedArchive.none(platform, "gateway"));
        feed.begin(platform.instanceId(), 0);
        feed.reachedEnd();
        platform.directory().onChange(directory -> context.runOnContext(now -> compare(members(directory))));
    }

    Feed feed() {
        return feed;
    }

    private static Map<String, Member> members(Directory directory) {
        var members = new HashMap<String, Member>();
        for (var entry : directory.entries()) members.put(entry.lease().instance(), Member.of(entry));
        return members;
    }

    private void compare(Map<String, Member> now) {
        var before = members;
        members = now;
        now.forEach((instance, member) -> {
            var known = before.get(instance);
            if (known == null) tell("MemberJoined", member);
            else if (!known.equals(member)) tell("MemberChanged", member);
        });
        before.forEach((instance, member) -> {
            if (!now.containsKey(instance)) tell("MemberLeft", member);
        });
    }

    private void tell(String type, Member member) {
        position++;
        feed.add(position, Channels.CLUSTER, new Change(type, platform.clock().instant(), member));
    }
}
