package omnibus.stores;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Documents on disk are BSON, as on the wire. The store's own way, Java serialization, takes ten times the processor time
 * and does not know how much memory a document takes, so that its cache would hold the wrong amount.
 */
final class BsonType extends BasicDataType<Document> {
    private static final BsonType INSTANCE = new BsonType();
    private static final int DOCUMENT_BYTES = 120;
    private static final int ENTRY_BYTES = 48;
    private static final int VALUE_BYTES = 24;

    private BsonType() {}

    static MVMap.Builder<Object, Document> map() {
        return new MVMap.Builder<Object, Document>().valueType(INSTANCE);
    }

    @Override
    public int getMemory(Document document) {
        return (int) Math.min(Integer.MAX_VALUE, memory(document));
    }

    /** On a 64-bit JVM with compressed pointers; near enough for a cache. */
    static long memory(Object value) {
        long bytes = VALUE_BYTES;
        if (value instanceof String) {
            bytes += VALUE_BYTES + ((String) value).length();
        } else if (value instanceof Map) {
            bytes += DOCUMENT_BYTES;
            for (var entry : ((Map<?, ?>) value).entrySet())
                bytes += ENTRY_BYTES + memory(entry.getKey()) + memory(entry.getValue());
        } else if (value instanceof Collection) {
            for (var element : (Collection<?>) value) bytes += memory(element);
        } else if (value instanceof byte[]) {
            bytes += ((byte[]) value).length;
        }
        return bytes;
    }

    @Override
    public void write(WriteBuffer buffer, Document document) {
        put(buffer, document);
    }

    @Override
    public Document read(ByteBuffer buffer) {
        return get(buffer);
    }

    static void put(WriteBuffer buffer, Document document) {
        var bytes = Unpooled.buffer(256);
        BsonEncoder.encodeDocument(document, bytes);
        buffer.put(bytes.nioBuffer());
    }

    static Document get(ByteBuffer buffer) {
        var bytes = Unpooled.wrappedBuffer(buffer);
        var document = BsonDecoder.decodeBson(bytes);
        buffer.position(buffer.position() + bytes.readerIndex());
        return document;
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}
