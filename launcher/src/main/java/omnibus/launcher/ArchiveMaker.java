package omnibus.launcher;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Makes the class archive of a build when the whole shop runs that build and has come to rest: then every service has
 * written down its classes, and nobody waits for the processor. Once per build; a failure costs speed and nothing else.
 */
final class ArchiveMaker {
    private static final int ROUNDS_AT_REST = 5;

    private final Fleet fleet;
    private final Consumer<String> log;
    private int rounds;
    private String triedFor = "";

    ArchiveMaker(Fleet fleet, Consumer<String> log) {
        this.fleet = fleet;
        this.log = log;
    }

    /** To be called every few seconds. The work is done in a thread of its own. */
    void look() {
        fleet.state().filter(state -> !state.build().equals(triedFor)).ifPresent(state -> {
            rounds = atRest(state) ? rounds + 1 : 0;
            if (rounds < ROUNDS_AT_REST) return;
            triedFor = state.build();
            var archive = new ClassArchive(fleet.home(), Distribution.of(state.build(), fleet.home()));
            if (archive.exists()) return;
            var worker = new Thread(() -> make(archive), "class-archive");
            worker.setDaemon(true);
            worker.start();
        });
    }

    private boolean atRest(ShopState state) {
        boolean complete = fleet.shop().verticles().stream()
                .allMatch(role -> fleet.instances().serving(role.name()).size() >= state.wanted(role.name()));
        return complete
                && fleet.instances().alive().stream()
                        .filter(it -> it.managementPort() != 0)
                        .allMatch(it -> it.build().equals(state.build())
                                && Health.ready(it.managementPort()).ok());
    }

    private void make(ClassArchive archive) {
        try {
            log.accept(
                    archive.make(fleet.shop().roles())
                            ? "made the class archive: the next start is faster"
                            : "no class archive this time; starts work without it, slower. See logs/class-archive.log");
        } catch (IOException e) {
            log.accept("no class archive this time: " + Home.reason(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
