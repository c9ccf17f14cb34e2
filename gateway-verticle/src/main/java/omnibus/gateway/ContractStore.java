package omnibus.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.CopyOptions;
import io.vertx.core.shareddata.AsyncMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Problem;
import omnibus.platform.call.Contract;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps contracts over restarts, in files under the shop's home and in a clustered map: a gateway that starts while a
 * service is away still knows its paths. Both are conveniences; a fault in either costs a warning and nothing else.
 */
final class ContractStore {
    private static final Logger LOG = LoggerFactory.getLogger(ContractStore.class);
    private static final String MAP = "omnibus.contracts";
    private static final String SUFFIX = ".json";

    /** A contract, the digest its service gave it, and since when its service is mounted (epoch milliseconds). */
    record Kept(Contract contract, String digest, long mountedAtMillis) {}

    private record Entry(String service, String digest, long mountedAtMillis, JsonNode document) {
        private Kept kept() {
            return new Kept(Contract.of(service, document), digest, mountedAtMillis);
        }
    }

    private final Vertx vertx;
    private final String folder;

    ContractStore(Vertx vertx, Path home) {
        this.vertx = vertx;
        this.folder = home.resolve("gateway").resolve("contracts").toString();
    }

    /** Everything kept, oldest first. What the cluster knows is newer than what a file says. */
    Future<List<Kept>> load() {
        var found = new HashMap<String, Kept>();
        return loadFiles(found)
                .recover(failure -> tell("reading the kept contracts", failure))
                .compose(files -> map().compose(AsyncMap::entries)
                        .<Void>map(entries -> readAll(entries, found))
                        .recover(failure -> tell("reading the cluster's contracts", failure)))
                .map(done -> found.values().stream()
                        .sorted(Comparator.comparingLong(Kept::mountedAtMillis))
                        .toList());
    }

    private Future<Void> loadFiles(Map<String, Kept> found) {
        var files = vertx.fileSystem();
        return files.mkdirs(folder).compose(made -> files.readDir(folder)).compose(names -> {
            var reads = new ArrayList<Future<?>>();
            for (var name : names) {
                if (name.endsWith(SUFFIX)) reads.add(files.readFile(name).onSuccess(text -> read(name, text, found)));
            }
            return Future.join(reads).mapEmpty();
        });
    }

    private static Void readAll(Map<String, String> entries, Map<String, Kept> found) {
        entries.forEach((service, text) -> read(service, Buffer.buffer(text), found));
        return null;
    }

    private static void read(String where, Buffer text, Map<String, Kept> found) {
        try {
            var kept = Json.decode(text, Entry.class).kept();
            found.put(kept.contract().service(), kept);
        } catch (Problem | IllegalArgumentException unreadable) {
            LOG.warn("the kept contract {} is unreadable and is left out: {}", where, unreadable.getMessage());
        }
    }

    Future<Void> save(Kept kept) {
        var contract = kept.contract();
        var entry = new Entry(contract.service(), kept.digest(), kept.mountedAtMillis(), contract.document());
        var text = Json.encode(entry);
        var toFile = write(contract.service(), text).recover(failure -> tell("keeping a contract", failure));
        var toMap = map().compose(map -> map.put(contract.service(), text.toString()))
                .recover(failure -> tell("sharing a contract", failure));
        return Future.join(toFile, toMap).mapEmpty();
    }

    /** By way of a second file: whoever reads sees the old text or the new one, never half of one. */
    private Future<Void> write(String service, Buffer text) {
        var file = folder + "/" + service + SUFFIX;
        var draft = file + "." + ProcessHandle.current().pid();
        var files = vertx.fileSystem();
        return files.writeFile(draft, text)
                .compose(written -> files.move(
                        draft, file, new CopyOptions().setReplaceExisting(true).setAtomicMove(true)));
    }

    Future<Void> remove(String service) {
        var fromFile = vertx.fileSystem()
                .delete(folder + "/" + service + SUFFIX)
                .recover(failure -> tell("forgetting a contract", failure));
        var fromMap = map().<Void>compose(map -> map.remove(service).mapEmpty())
                .recover(failure -> tell("forgetting a shared contract", failure));
        return Future.join(fromFile, fromMap).mapEmpty();
    }

    private Future<AsyncMap<String, String>> map() {
        return vertx.sharedData().getAsyncMap(MAP);
    }

    private static Future<Void> tell(String what, Throwable failure) {
        LOG.warn("{} failed: {}", what, failure.toString());
        return Future.succeededFuture();
    }
}
