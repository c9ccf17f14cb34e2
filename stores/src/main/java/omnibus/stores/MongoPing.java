package omnibus.stores;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One query in MongoDB's protocol, to see that the whole way there and back works. */
final class MongoPing {
    private static final int TIMEOUT_MILLIS = 2000;
    private static final int OP_MSG = 2013;
    private static final int HEADER_BYTES = 16;
    private static final int FLAGS_AND_KIND_BYTES = 5;
    private static final int LONGEST_ANSWER = 64 * 1024;

    private MongoPing() {}

    static void ask(int port) throws IOException {
        var query = new Document("find", "ping").append("limit", 1).append("$db", "local");
        try (var socket = new Socket()) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MILLIS);
            socket.getOutputStream().write(message(query));
            var in = socket.getInputStream();
            var length = Unpooled.wrappedBuffer(in.readNBytes(4)).readIntLE();
            if (length < HEADER_BYTES || length > LONGEST_ANSWER) throw new IOException("Not MongoDB's protocol");
            var answer = document(Unpooled.wrappedBuffer(in.readNBytes(length - 4)));
            if (((Number) answer.get("ok")).intValue() != 1)
                throw new IOException("The query fails: " + answer.get("errmsg"));
        } catch (IndexOutOfBoundsException cutShort) {
            throw new IOException("The answer is cut short", cutShort);
        }
    }

    private static byte[] message(Document body) {
        ByteBuf message = Unpooled.buffer();
        message.writeIntLE(0).writeIntLE(1).writeIntLE(0).writeIntLE(OP_MSG);
        message.writeIntLE(0).writeByte(0);
        BsonEncoder.encodeDocument(body, message);
        message.setIntLE(0, message.readableBytes());
        var bytes = new byte[message.readableBytes()];
        message.readBytes(bytes);
        return bytes;
    }

    private static Document document(ByteBuf rest) {
        return BsonDecoder.decodeBson(rest.skipBytes(HEADER_BYTES - 4 + FLAGS_AND_KIND_BYTES));
    }
}
