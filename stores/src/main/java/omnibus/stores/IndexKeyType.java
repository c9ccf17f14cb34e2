package omnibus.stores;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.backend.ValueComparator;
import de.bwaldvogel.mongo.bson.Document;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Keys of the emulation's indexes, in the order of MongoDB's values. The store's own way serializes both keys for every
 * comparison, which was most of the processor time of an insert.
 */
final class IndexKeyType extends BasicDataType<KeyValue> {
    private static final IndexKeyType INSTANCE = new IndexKeyType();
    private static final ValueComparator ORDER = ValueComparator.ascWithoutListHandling();
    private static final String VALUE = "v";

    private IndexKeyType() {}

    static MVMap.Builder<KeyValue, Object> map() {
        return new MVMap.Builder<KeyValue, Object>().keyType(INSTANCE);
    }

    @Override
    public int compare(KeyValue one, KeyValue other) {
        for (var i = 0; i < one.size() && i < other.size(); i++) {
            var order = compareValues(one.get(i), other.get(i));
            if (order != 0) return order;
        }
        return Integer.compare(one.size(), other.size());
    }

    private static int compareValues(Object one, Object other) {
        if (one instanceof String && other instanceof String) return ((String) one).compareTo((String) other);
        return ORDER.compare(one, other);
    }

    @Override
    public int getMemory(KeyValue key) {
        long bytes = 0;
        for (var value : key) bytes += BsonType.memory(value);
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    /** A field that is missing is written as a document without the value. */
    @Override
    public void write(WriteBuffer buffer, KeyValue key) {
        buffer.putVarInt(key.size());
        for (var value : key) {
            BsonType.put(buffer, value instanceof Missing ? new Document() : new Document(VALUE, value));
        }
    }

    @Override
    public KeyValue read(ByteBuffer buffer) {
        var size = DataUtils.readVarInt(buffer);
        var values = new ArrayList<Object>(size);
        for (var i = 0; i < size; i++) {
            var document = BsonType.get(buffer);
            values.add(document.containsKey(VALUE) ? document.get(VALUE) : Missing.getInstance());
        }
        return new KeyValue(values);
    }

    @Override
    public KeyValue[] createStorage(int size) {
        return new KeyValue[size];
    }
}
