package omnibus.stores;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real Redis server, every write in its append-only file before it is answered, listening on 127.0.0.1 only. */
public final class EmbeddedRedis implements EmbeddedStore {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedRedis.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final Path home;
    private final Path binDirectory;
    private final Path serverLog;
    private final String password;
    private final boolean anyPort;

    private volatile int port;
    private volatile ServerProcess process;
    private RedisConnection probe;

    /**
     * @param home where the data is kept
     * @param binDirectory where the server's program is unpacked to, shared by any number of servers
     * @param serverLog the file that gets the server's own output
     * @param port 0 chooses a free one
     */
    public EmbeddedRedis(Path home, Path binDirectory, Path serverLog, int port, String password) {
        this.home = home.toAbsolutePath().normalize();
        this.binDirectory = binDirectory.toAbsolutePath().normalize();
        this.serverLog = serverLog;
        this.port = port;
        this.anyPort = port == 0;
        this.password = password;
    }

    @Override
    public String name() {
        return "redis";
    }

    @Override
    public String kind() {
        return "embedded";
    }

    @Override
    public long pid() {
        return process == null ? 0 : process.pid();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String url() {
        return "redis://:" + password + "@127.0.0.1:" + port + "/0";
    }

    @Override
    public boolean running() {
        return process != null && process.alive() && Leftover.is(process.handle(), "redis-server", home);
    }

    @Override
    public CompletableFuture<?> ended() {
        return process.ended();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Directories.create(home);
        var leftover = leftover();
        if (leftover.isPresent() && takenOver(leftover.get())) return;
        if (leftover.isPresent()) stop();
        for (var tries = 1; ; tries++) {
            try {
                launch();
                return;
            } catch (StoreException e) {
                if (!anyPort || tries == 3) throw e;
                log.info("Trying another port than {}", port);
                port = 0;
            }
        }
    }

    private Path configuration() {
        return home.resolve("redis.conf");
    }

    private Optional<ProcessHandle> leftover() throws IOException {
        return Leftover.find(home.resolve("redis.pid"), "redis-server", home);
    }

    private boolean takenOver(ProcessHandle running) throws IOException, InterruptedException {
        process = ServerProcess.of(running);
        var configured = Directories.read(configuration());
        var runningPort = configured
                .lines()
                .filter(line -> line.matches("port [0-9]{1,5}"))
                .findFirst()
                .map(line -> Integer.parseInt(line.substring(5)))
                .orElse(0);
        var wanted = anyPort ? runningPort : port;
        if (runningPort == 0 || runningPort != wanted || !configured.equals(settings(wanted))) {
            log.info("Redis (pid {}) was left running with other settings; it is restarted", running.pid());
            return false;
        }
        port = runningPort;
        try {
            awaitAnswer(Duration.ofSeconds(10));
        } catch (StoreException silent) {
            log.warn("Redis (pid {}) was left running and does not answer; it is restarted", running.pid());
            return false;
        }
        log.info("Redis (pid {}) was left running on port {} and is taken over", running.pid(), port);
        return true;
    }

    private void launch() throws IOException, InterruptedException {
        if (port == 0) port = Ports.free();
        if (Ports.taken(port)) throw Ports.conflict(name(), port);
        Directories.write(configuration(), settings(port));
        var binary = RedisBinary.unpack(binDirectory);
        process = ServerProcess.spawn(List.of(binary.toString(), configuration().toString()), home, serverLog);
        awaitAnswer(START);
        log.info("Redis (pid {}) answers on port {}", pid(), port);
    }

    private String settings(int port) {
        return """
                # Written at each start; changes made here do not last.
                bind 127.0.0.1
                port %d
                protected-mode yes
                requirepass %s
                dir "%s"
                pidfile "%s"
                daemonize no
                databases 1024
                tcp-backlog 128
                always-show-logo no
                loglevel notice
                # Acknowledged means on disk.
                appendonly yes
                appendfsync always
                no-appendfsync-on-rewrite no
                aof-load-truncated yes
                auto-aof-rewrite-percentage 100
                auto-aof-rewrite-min-size 16mb
                save ""
                # A full store refuses writes; it never forgets a cart to make room.
                maxmemory 256mb
                maxmemory-policy noeviction
                """.formatted(port, password, home, home.resolve("redis.pid"));
    }

    private void awaitAnswer(Duration atMost) throws IOException, InterruptedException {
        var giveUp = System.nanoTime() + atMost.toNanos();
        while (true) {
            try {
                ping();
                return;
            } catch (IOException notYet) {
                if (process.endsWithin(POLL)) {
                    throw new StoreException("Redis does not start. It said: " + ServerProcess.tail(serverLog), notYet);
                }
                if (System.nanoTime() > giveUp) {
                    throw new StoreException(
                            "Redis (pid " + pid() + ") runs and does not answer within " + atMost.toSeconds() + " s: "
                                    + notYet.getMessage() + ". Its log is " + serverLog,
                            notYet);
                }
            }
        }
    }

    /** That it writes is not asked: a key of ours would be in somebody's way. */
    @Override
    public synchronized void ping() throws IOException {
        try {
            if (probe == null) probe = new RedisConnection(port, password);
            var answering = probe.call("CONFIG", "GET", "dir");
            if (!answering.get(1).equals(home.toRealPath().toString())) throw Ports.conflict(name(), port);
        } catch (IOException e) {
            forgetProbe();
            throw e;
        }
    }

    private void forgetProbe() {
        try {
            if (probe != null) probe.close();
        } catch (IOException alreadyBroken) {
            log.debug("Closing the broken connection", alreadyBroken);
        }
        probe = null;
    }

    /** Stops the server of this directory, whoever started it. */
    @Override
    public synchronized void stop() throws IOException, InterruptedException {
        forgetProbe();
        var running = leftover();
        if (running.isEmpty()) return;
        var server = ServerProcess.of(running.get());
        // To SIGTERM Redis answers as to SHUTDOWN: it writes and syncs what is in its buffer, then ends.
        server.terminate();
        if (server.endsWithin(STOP)) return;
        log.warn("Redis (pid {}) does not stop; it is killed", server.pid());
        server.kill();
    }
}
