package omnibus.stores;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The real PostgreSQL server, its data kept in a directory, listening on 127.0.0.1 only. */
public final class EmbeddedPostgres implements EmbeddedStore {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final Duration POLL = Duration.ofMillis(40);
    private static final Duration START = Duration.ofSeconds(120);
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Path home;
    private final Path data;
    private final Path binDirectory;
    private final Path serverLog;
    private final String password;
    private final boolean anyPort;

    private volatile int port;
    private volatile ServerProcess process;
    private Unprivileged user;
    private Path binaries;
    private Connection probe;

    /**
     * @param home where the data is kept
     * @param binDirectory where the server's programs are unpacked to, shared by any number of servers
     * @param serverLog the file that gets the server's own output
     * @param port 0 chooses a free one
     * @param password the superuser's ({@code postgres})
     */
    public EmbeddedPostgres(Path home, Path binDirectory, Path serverLog, int port, String password) {
        this.home = home.toAbsolutePath().normalize();
        this.data = this.home.resolve("data");
        this.binDirectory = binDirectory.toAbsolutePath().normalize();
        this.serverLog = serverLog;
        this.port = port;
        this.anyPort = port == 0;
        this.password = password;
    }

    @Override
    public String name() {
        return "postgres";
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
        return "postgresql://postgres:" + password + "@127.0.0.1:" + port + "/postgres";
    }

    @Override
    public boolean running() {
        return process != null && process.alive() && Leftover.is(process.handle(), "postgres", data);
    }

    @Override
    public CompletableFuture<?> ended() {
        return process.ended();
    }

    @Override
    public void start() throws IOException, InterruptedException {
        prepare();
        var leftover = leftover();
        if (leftover.isPresent() && takenOver(leftover.get())) return;
        if (leftover.isPresent()) stop();
        // A pid file without its server: PostgreSQL would refuse to start when the pid now belongs to somebody else.
        Files.deleteIfExists(data.resolve("postmaster.pid"));
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

    private void prepare() throws IOException, InterruptedException {
        findPrograms();
        if (Files.exists(data.resolve("PG_VERSION"))) return;
        Directories.create(home);
        var draft = home.resolve("initialising");
        Directories.delete(draft);
        var passwordFile = home.resolve("initial-password");
        Directories.write(passwordFile, password + "\n");
        user.own(home);
        try {
            var locale =
                    List.of("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C");
            var command = user.command(
                    program("initdb"),
                    "--username=postgres",
                    "--auth=scram-sha-256",
                    "--pwfile=" + passwordFile,
                    "--pgdata=" + draft);
            command.addAll(locale);
            ServerProcess.run(command, home, START);
        } finally {
            Files.delete(passwordFile);
        }
        Files.move(draft, data);
    }

    private void findPrograms() throws IOException, InterruptedException {
        if (binaries != null) return;
        user = Unprivileged.user();
        binaries = PostgresBinaries.unpack(binDirectory);
    }

    private Path program(String name) {
        return binaries.resolve("bin").resolve(name);
    }

    private Optional<ProcessHandle> leftover() throws IOException {
        return Leftover.find(data.resolve("postmaster.pid"), "postgres", data);
    }

    /** A server that runs already is kept if it is what would be started now: its clients do not even notice. */
    private boolean takenOver(ProcessHandle running) throws IOException, InterruptedException {
        process = ServerProcess.of(running);
        var runningPort = Directories.read(data.resolve("postmaster.pid"))
                .lines()
                .skip(3)
                .findFirst()
                .filter(line -> line.matches("[0-9]{1,5}"))
                .map(Integer::parseInt)
                .orElse(0);
        var wanted = anyPort ? runningPort : port;
        var configured = Directories.read(data.resolve("postgresql.conf"));
        if (runningPort == 0 || runningPort != wanted || !configured.equals(PostgresSettings.server(wanted))) {
            log.info("PostgreSQL (pid {}) was left running with other settings; it is restarted", running.pid());
            return false;
        }
        port = runningPort;
        try {
            awaitAnswer(Duration.ofSeconds(20));
        } catch (StoreException silent) {
            log.warn("PostgreSQL (pid {}) was left running and does not answer; it is restarted", running.pid());
            return false;
        }
        log.info("PostgreSQL (pid {}) was left running on port {} and is taken over", running.pid(), port);
        return true;
    }

    private void launch() throws IOException, InterruptedException {
        if (port == 0) port = Ports.free();
        if (Ports.taken(port)) throw Ports.conflict(name(), port);
        Directories.write(data.resolve("postgresql.conf"), PostgresSettings.server(port));
        Directories.write(data.resolve("pg_hba.conf"), PostgresSettings.access());
        user.own(home);
        process = ServerProcess.spawn(user.command(program("postgres"), "-D", data.toString()), home, serverLog);
        awaitAnswer(START);
        log.info("PostgreSQL (pid {}) answers on port {}", pid(), port);
    }

    private void awaitAnswer(Duration atMost) throws IOException, InterruptedException {
        var giveUp = System.nanoTime() + atMost.toNanos();
        while (true) {
            try {
                ping();
                return;
            } catch (IOException notYet) {
                if (process.endsWithin(POLL)) {
                    throw new StoreException(
                            "PostgreSQL does not start. It said: " + ServerProcess.tail(serverLog), notYet);
                }
                if (System.nanoTime() > giveUp) {
                    throw new StoreException(
                            "PostgreSQL (pid " + pid() + ") runs and does not answer within " + atMost.toSeconds()
                                    + " s: " + notYet.getMessage() + ". Its log is " + serverLog,
                            notYet);
                }
            }
        }
    }

    @Override
    public synchronized void ping() throws IOException {
        try {
            if (probe == null) probe = connect();
            try (var statement = probe.createStatement();
                    var answer = statement.executeQuery("SELECT current_setting('data_directory')")) {
                answer.next();
                var answering = Path.of(answer.getString(1));
                if (!answering.equals(data)) throw Ports.conflict(name(), port);
            }
        } catch (SQLException e) {
            forgetProbe();
            throw new IOException("PostgreSQL on port " + port + " does not answer: " + e.getMessage(), e);
        }
    }

    private Connection connect() throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "2");
        properties.setProperty("ApplicationName", "omnibus-stores");
        return new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/postgres", properties);
    }

    private void forgetProbe() {
        try {
            if (probe != null) probe.close();
        } catch (SQLException alreadyBroken) {
            log.debug("Closing the broken connection", alreadyBroken);
        }
        probe = null;
    }

    /** Stops the server of this directory, whoever started it. */
    @Override
    public void stop() throws IOException, InterruptedException {
        synchronized (this) {
            forgetProbe();
        }
        var running = leftover();
        if (running.isEmpty()) return;
        findPrograms();
        var server = ServerProcess.of(running.get());
        for (var mode : List.of("fast", "immediate")) {
            try {
                ServerProcess.run(
                        user.command(
                                program("pg_ctl"),
                                "stop",
                                "-D",
                                data.toString(),
                                "-m",
                                mode,
                                "-w",
                                "-t",
                                Long.toString(STOP.toSeconds())),
                        home,
                        STOP.plusSeconds(5));
                if (server.endsWithin(STOP)) return;
            } catch (StoreException e) {
                if (!server.alive()) return;
                log.warn("PostgreSQL (pid {}) does not stop ({}): {}", server.pid(), mode, e.getMessage());
            }
        }
        server.kill();
    }
}
