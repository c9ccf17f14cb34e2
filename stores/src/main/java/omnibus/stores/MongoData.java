package omnibus.stores;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.backend.h2.H2Database;
import java.util.List;
import org.h2.mvstore.MVStore;

/** The emulation's databases, their documents kept as BSON. */
final class MongoData extends H2Backend {
    private static final String DOCUMENTS = "databases.";

    private static final String INDEX = "._index_";

    /** The only documents that are not BSON: they are made before a database knows where it is kept. */
    private static final String NAMESPACES = ".system.namespaces";

    private MongoData(MVStore store) {
        super(store);
    }

    static MongoData in(MVStore store) {
        // A map keeps the type that it is opened with first.
        for (var name : store.getMapNames()) {
            if (name.startsWith(DOCUMENTS) && !name.endsWith(NAMESPACES)) store.openMap(name, BsonType.map());
            else if (name.contains(INDEX)) store.openMap(name, IndexKeyType.map());
        }
        return new MongoData(store);
    }

    @Override
    protected MongoDatabase openOrCreateDatabase(String name) {
        return new Database(name, getMvStore(), getCursorRegistry());
    }

    private static final class Database extends H2Database {
        private final MVStore store;

        Database(String name, MVStore store, CursorRegistry cursors) {
            super(name, store, cursors);
            this.store = store;
        }

        @Override
        protected MongoCollection<Object> openOrCreateCollection(String name, CollectionOptions options) {
            // Called by the superclass's constructor as well, for what is open already.
            if (store != null) store.openMap(DOCUMENTS + databaseName + "." + name, BsonType.map());
            return super.openOrCreateCollection(name, options);
        }

        @Override
        protected Index<Object> openOrCreateUniqueIndex(
                String collection, String name, List<IndexKey> keys, boolean sparse) {
            if (store != null) store.openMap(databaseName + "." + collection + INDEX + name, IndexKeyType.map());
            return super.openOrCreateUniqueIndex(collection, name, keys, sparse);
        }
    }
}
