package omnibus.platform.call;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonParseException;
import io.vertx.core.Future;
import io.vertx.core.VertxException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class OutageTest {
    private static PgException sql(String state) {
        return new PgException("no", "ERROR", state, "no");
    }

    @Test
    void aStoreThatIsAwayIsAnOutageWorthARepeat() {
        var problem = Outage.problem(new ConnectException("refused"));
        assertEquals(503, problem.status());
        assertTrue(problem.headers().containsKey("Retry-After"));
    }

    @Test
    void aConnectionThatIsResetUnderWayIsAnOutageAndTextThatCannotBeReadIsNot() {
        assertTrue(Outage.is(new SocketException("Connection reset")));
        assertTrue(Outage.is(new IOException("recvAddress(..) failed with error(-104): Connection reset by peer")));
        assertFalse(Outage.is(new JsonParseException("Unexpected character")));
    }

    @Test
    void aPoolWithoutAFreeConnectionIsAnOutage() {
        assertTrue(Outage.is(Future.failedFuture("Timeout").cause()), "as the SQL client reports it");
        assertTrue(Outage.is(new ConnectionPoolTooBusyException("the queue is full")));
        assertTrue(Outage.is(new VertxException("Connection was closed")));
    }

    @Test
    void aServerThatStopsOrIsFullIsAnOutageAndAMistakeInAStatementIsNot() {
        assertTrue(Outage.is(sql("57P01")));
        assertTrue(Outage.is(sql("53100")));
        assertTrue(Outage.is(sql("55P03")));
        assertFalse(Outage.is(sql("42601")));
        assertFalse(Outage.is(sql("23514")));
    }

    /** idle_in_transaction_session_timeout and read_only_sql_transaction, as PostgreSQL's appendix A names them. */
    @Test
    void aTransactionThatWasLeftAloneAndAServerThatOnlyReadsAreOutagesAndOtherWrongStatesAreNot() {
        assertTrue(Outage.is(sql("25P03")));
        assertTrue(Outage.is(sql("25006")));
        assertFalse(Outage.is(sql("25P01")), "no_active_sql_transaction");
        assertFalse(Outage.is(sql("25P02")), "in_failed_sql_transaction");
    }

    @Test
    void aBugIsNoOutage() {
        assertNull(Outage.problem(new IllegalStateException("Timeout")));
    }
}
