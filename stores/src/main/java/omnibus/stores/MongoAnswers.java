package omnibus.stores;

import de.bwaldvogel.mongo.MongoBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.exception.MongoServerException;
import de.bwaldvogel.mongo.wire.MongoDatabaseHandler;
import de.bwaldvogel.mongo.wire.message.ClientRequest;
import de.bwaldvogel.mongo.wire.message.MessageHeader;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.group.ChannelGroup;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles commands as the emulation does, and sends no answer before what it tells of is on disk. That holds for reads
 * too: who has read a write and acted upon it elsewhere must not see it vanish in a crash.
 */
final class MongoAnswers extends MongoDatabaseHandler {
    private static final Logger log = LoggerFactory.getLogger(MongoAnswers.class);

    /** In lower case. Tells nothing of the data. */
    private static final Set<String> TALK = Set.of(
            "hello",
            "ismaster",
            "ping",
            "buildinfo",
            "endsessions",
            "killcursors",
            "serverstatus",
            "connectionstatus",
            "hostinfo",
            "whatsmyuri",
            "getlog",
            "getcmdlineopts",
            "getfreemonitoringstatus",
            "getparameter");

    /** What is in neither list counts as a write. */
    private static final Set<String> READS = Set.of(
            "find",
            "getmore",
            "count",
            "distinct",
            "listcollections",
            "listindexes",
            "listdatabases",
            "collstats",
            "dbstats");

    private final MongoBackend backend;
    private final GroupCommit commit;
    private final AtomicInteger answers = new AtomicInteger();

    MongoAnswers(MongoBackend backend, ChannelGroup channels, GroupCommit commit) {
        super(backend, channels);
        this.backend = backend;
        this.commit = commit;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ClientRequest request) {
        if (request instanceof MongoMessage) answer(context, (MongoMessage) request);
        else greet(context, request);
    }

    /** A driver says hello in the protocol's old form, and nothing else: a write in that form would not wait for the disk. */
    private void greet(ChannelHandlerContext context, ClientRequest request) {
        if (request instanceof MongoQuery && TALK.contains(name(((MongoQuery) request).getQuery()))) {
            super.channelRead0(context, request);
        } else {
            log.warn("A client speaks the protocol of MongoDB before 3.6 and is disconnected");
            context.close();
        }
    }

    private void answer(ChannelHandlerContext context, MongoMessage request) {
        var name = name(request.getDocument());
        if (TALK.contains(name)) {
            context.writeAndFlush(handle(request));
            return;
        }
        var answer = isRead(name, request.getDocument()) ? handle(request) : commit.write(() -> handle(request));
        commit.durable().whenComplete((done, failure) -> {
            if (failure == null) {
                context.writeAndFlush(answer);
            } else {
                // Whether it happened is not known, and a broken connection says just that.
                log.warn("No answer to {}: {}", name, failure.getMessage());
                context.close();
            }
        });
    }

    private static String name(Document command) {
        return command.keySet().iterator().next().toLowerCase(Locale.ROOT);
    }

    private static boolean isRead(String name, Document command) {
        if (!name.equals("aggregate")) return READS.contains(name);
        return ((Collection<?>) command.get("pipeline"))
                .stream()
                        .map(Document.class::cast)
                        .noneMatch(stage -> stage.containsKey("$out") || stage.containsKey("$merge"));
    }

    private MongoMessage handle(MongoMessage request) {
        var header =
                new MessageHeader(answers.incrementAndGet(), request.getHeader().getRequestID());
        return new MongoMessage(request.getChannel(), header, document(request));
    }

    private Document document(MongoMessage request) {
        try {
            return backend.handleMessage(request);
        } catch (MongoServerException refused) {
            log.debug("Refused: {}", request.getDocument(), refused);
            return refusal(refused);
        } catch (RuntimeException bug) {
            log.error("The MongoDB emulation failed at {}", name(request.getDocument()), bug);
            return refusal(new MongoServerException("The emulation failed: " + bug.getMessage(), bug));
        }
    }

    private static Document refusal(MongoServerException exception) {
        var document = new Document("$err", exception.getMessageWithoutErrorCode());
        document.put("errmsg", exception.getMessageWithoutErrorCode());
        if (exception instanceof MongoServerError) {
            var error = (MongoServerError) exception;
            document.put("code", error.getCode());
            document.putIfNotNull("codeName", error.getCodeName());
        }
        document.put("ok", 0);
        return document;
    }
}
