package omnibus.launcher;

import java.util.Optional;
import java.util.regex.Pattern;

/** The three databases; each is embedded unless its variable names a server. */
enum Store {
    POSTGRES("postgres", "OMNIBUS_POSTGRES_URL", 5432, "embedded", "PostgreSQL, embedded (the real server)"),
    MONGO("mongo", "OMNIBUS_MONGO_URL", 27017, "emulated", "MongoDB protocol, emulated"),
    REDIS("redis", "OMNIBUS_REDIS_URL", 6379, "embedded", "Redis, embedded (the real server)");

    final String key;
    final String variable;
    final int usualPort;
    /** What the one we run is: {@code embedded}, the real server, or {@code emulated}. */
    final String kind;

    /** The same in words. */
    final String embedded;

    Store(String key, String variable, int usualPort, String kind, String embedded) {
        this.key = key;
        this.variable = variable;
        this.usualPort = usualPort;
        this.kind = kind;
        this.embedded = embedded;
    }

    /** Scheme, the user's part, and the first of possibly several hosts. */
    private static final Pattern URL =
            Pattern.compile("([a-z+]+)://(?:[^@/]*@)?(\\[[^]]+]|[^/?,:]+)(?::(\\d{1,5}))?[,/?]?.*");

    /** Host and port of a store's URL, for a first knock and for messages; never its credentials. Empty: not a URL. */
    Optional<String> hostAndPort(String url) {
        var parts = URL.matcher(url);
        if (!parts.matches()) return Optional.empty();
        var port = parts.group(3) == null ? Integer.toString(usualPort) : parts.group(3);
        return Optional.of(parts.group(2) + ":" + port);
    }

    /** The URL names a DNS record that lists the servers, not a server. */
    static boolean looksUpServers(String url) {
        return url.startsWith("mongodb+srv:");
    }
}
