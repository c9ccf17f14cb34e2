package omnibus.chaos.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Looks at the directory, and passes on what is new there. Armings do not change under their name; the bus file may. */
final class Watch {
    private static final long EVERY_MILLIS = 50;
    private static final long SAVE_MILLIS = 500;

    private final FaultDirectory directory;
    private final Diary diary;
    private final BusState bus;
    /** By file; empty: it makes no sense, which was said once. */
    private final Map<Path, Optional<Armed>> known = new HashMap<>();

    private String busAtLastLook = "";
    private boolean cutAtLastLook;

    Watch(FaultDirectory directory, Diary diary, BusState bus) {
        this.directory = directory;
        this.diary = diary;
        this.bus = bus;
    }

    void start() {
        look();
        var executor = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "chaos-agent");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleWithFixedDelay(this::look, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
        executor.scheduleWithFixedDelay(bus::save, SAVE_MILLIS, SAVE_MILLIS, TimeUnit.MILLISECONDS);
    }

    void look() {
        try {
            lookAtArmings(directory.armed());
            lookAtBus(directory.path().resolve(FaultDirectory.BUS));
            lookAtLine(directory.cutOf(bus.instance()));
        } catch (IOException | RuntimeException e) {
            diary.write("refused", directory.path().toString(), e.toString());
        }
    }

    private void lookAtArmings(List<Path> files) throws IOException {
        var fresh = new ArrayList<Path>();
        var changed = false;
        for (var gone : List.copyOf(known.keySet())) {
            if (files.contains(gone)) continue;
            known.remove(gone)
                    .filter(it -> !it.isClaimed())
                    .ifPresent(armed -> diary.write("disarmed", name(armed), file(gone)));
            changed = true;
        }
        for (var file : files) {
            if (known.containsKey(file)) continue;
            known.put(file, read(file));
            fresh.add(file);
        }
        if (!changed && fresh.isEmpty()) return;
        Passages.arm(known.values().stream().flatMap(Optional::stream).toList());
        // Told only now that it holds: whoever reads it in the diary may rely on it.
        for (var file : fresh) known.get(file).ifPresent(armed -> diary.write("armed", name(armed), file(file)));
    }

    private Optional<Armed> read(Path file) throws IOException {
        try {
            return Optional.of(new Armed(file, Arming.of(FaultDirectory.read(file))));
        } catch (NoSuchFileException claimedMeanwhile) {
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            diary.write("refused", file(file), wrong.getMessage());
            return Optional.empty();
        }
    }

    private void lookAtBus(Path file) throws IOException {
        var now = Files.exists(file) ? Files.readString(file) : "";
        if (now.equals(busAtLastLook)) return;
        busAtLastLook = now;
        if (now.isEmpty()) {
            bus.befall(BusFaults.NONE);
            diary.write("healed", FaultDirectory.BUS, "");
            return;
        }
        try {
            var faults = BusFaults.of(FaultDirectory.read(file));
            bus.befall(faults);
            diary.write("bus", FaultDirectory.BUS, faults.toString());
        } catch (IllegalArgumentException wrong) {
            diary.write("refused", FaultDirectory.BUS, wrong.getMessage());
        }
    }

    private void lookAtLine(Path file) {
        boolean now = Files.exists(file);
        if (now == cutAtLastLook) return;
        cutAtLastLook = now;
        if (now) Line.OF_THIS_JVM.cut();
        else Line.OF_THIS_JVM.join();
        diary.write(now ? "cut" : "joined", file(file), "");
    }

    private static String name(Armed armed) {
        return armed.arming().failpoint().name();
    }

    private static String file(Path file) {
        return file.getFileName().toString();
    }
}
