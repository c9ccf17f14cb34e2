package omnibus.user;

import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import omnibus.user.model.SignIn;
import omnibus.user.model.SignInLimit;
import omnibus.user.model.Subject;

/** Failed attempts to prove who one is, counted across all instances. */
final class SignInStore {
    private final Pool pool;

    SignInStore(Pool pool) {
        this.pool = pool;
    }

    /** The failures of one subject after one more, newest first, and the time by the database's clock. */
    record Counted(List<Instant> failures, Instant now) {}

    /** Everything a sign-in needs to know, in one question; as much work for an e-mail without an account. */
    Future<SignIn> look(String email, Optional<Subject> address) {
        return pool.preparedQuery("""
                        select %s, k.user_id is not null as known_address,
                               ef.at as account_failures, af.at as address_failures, clock_timestamp() as now
                        from (select) one
                        left join account a on lower(a.email) = lower($1)
                        left join known_address k on k.user_id = a.id and k.address = $3
                        left join sign_in_failure ef on ef.subject = $2
                        left join sign_in_failure af on af.subject = $3
                        """.formatted(AccountStore.COLUMNS))
                .execute(Tuple.of(
                        email,
                        Subject.ofEmail(email).key(),
                        address.map(Subject::key).orElse(null)))
                .map(rows -> signIn(rows.iterator().next()));
    }

    private static SignIn signIn(Row row) {
        var found = Optional.of(row).filter(r -> r.getUUID("id") != null);
        return new SignIn(
                found.map(AccountStore::account),
                found.flatMap(AccountStore::credential),
                row.getBoolean("known_address"),
                instants(row, "account_failures"),
                instants(row, "address_failures"),
                row.getOffsetDateTime("now").toInstant());
    }

    /** The failures of one subject, newest first, and the time. */
    Future<Counted> failures(Subject subject) {
        return pool.preparedQuery("""
                        select f.at, clock_timestamp() as now
                        from (select) one left join sign_in_failure f on f.subject = $1
                        """)
                .execute(Tuple.of(subject.key()))
                .map(rows -> counted(rows.iterator().next()));
    }

    /**
     * Counts one more failure for each subject, under the lock of its row, so that of attempts made at once each gets a
     * number of its own. Subjects must always come in the same order (e-mail, then address): the order of locks.
     */
    Future<List<Counted>> count(List<Subject> subjects) {
        return pool.preparedQuery("""
                        insert into sign_in_failure as f (subject, at)
                        select s.subject, array[clock_timestamp()]
                        from unnest($1::text[]) with ordinality as s(subject, n) order by s.n
                        on conflict (subject) do update
                          set at = (array_prepend(clock_timestamp(), f.at))[1:$2]
                        returning f.at, clock_timestamp() as now
                        """)
                .execute(Tuple.of(
                        subjects.stream().map(Subject::key).toArray(String[]::new), SignInLimit.FAILURES_ALLOWED + 1))
                .map(rows -> AccountStore.stream(rows).map(SignInStore::counted).toList());
    }

    /** Forgets failures too old to count. */
    Future<Void> prune() {
        return pool.query("delete from sign_in_failure where at[1] < now() - interval '15 minutes'")
                .execute()
                .mapEmpty();
    }

    private static Counted counted(Row row) {
        return new Counted(instants(row, "at"), row.getOffsetDateTime("now").toInstant());
    }

    private static List<Instant> instants(Row row, String column) {
        var times = row.getArrayOfOffsetDateTimes(column);
        if (times == null) return List.of();
        return Arrays.stream(times).map(OffsetDateTime::toInstant).toList();
    }
}
