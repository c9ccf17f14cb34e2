package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SigningKeysTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    private static final Duration NINETY_DAYS = Duration.ofDays(90);

    @BeforeEach
    void noKeys() {
        shop.sql("delete from signing_key");
    }

    private static SigningKeys anInstance() {
        var keys = shop.keys(NINETY_DAYS);
        shop.await(keys.refresh());
        return keys;
    }

    private static List<String> kids(SigningKeys keys) {
        return keys.shown().stream().map(SigningKeys.Jwk::kid).toList();
    }

    private static void days(int count) {
        shop.sql(
                "update signing_key set signs_from = signs_from - make_interval(days => $1),"
                        + " valid_until = valid_until - make_interval(days => $1)",
                count);
    }

    @Test
    void instancesThatStartTogetherShareOneKey() {
        var instances =
                IntStream.range(0, 4).mapToObj(i -> shop.keys(NINETY_DAYS)).toList();
        shop.allAtOnce(instances.stream().map(SigningKeys::refresh));
        assertEquals(
                1,
                instances.stream().map(keys -> keys.signing().kid()).distinct().count());
        assertEquals(1, shop.sql("select 1 from signing_key").size());
    }

    @Test
    void aKeyIsShownBeforeItSignsAndCountsAfterItIsFollowed() {
        var keys = anInstance();
        var first = keys.signing().kid();
        days(91);

        shop.await(keys.refresh());
        assertEquals(2, kids(keys).size());
        assertEquals(first, keys.signing().kid());

        shop.sql("update signing_key set signs_from = signs_from - interval '10 minutes'");
        shop.await(keys.refresh());
        assertNotEquals(first, keys.signing().kid());
        assertTrue(kids(keys).contains(first));
        assertTrue(SigningKeys.OVERLAP.compareTo(AccessTokens.LIFE) > 0);
    }

    @Test
    void aKeyWhoseTokensHaveAllExpiredIsShownNoMore() {
        var keys = anInstance();
        var first = keys.signing().kid();
        days(91);
        shop.await(keys.refresh());
        days(2);
        shop.await(keys.refresh());
        assertFalse(kids(keys).contains(first));
        shop.await(new SigningKeyStore(shop.pool).prune());
        assertEquals(1, shop.sql("select 1 from signing_key").size());
    }

    @Test
    void instancesThatRotateTogetherAddOneKey() {
        anInstance();
        days(91);
        var instances =
                IntStream.range(0, 4).mapToObj(i -> shop.keys(NINETY_DAYS)).toList();
        shop.allAtOnce(instances.stream().map(SigningKeys::refresh));
        assertEquals(2, shop.sql("select 1 from signing_key").size());
    }

    @Test
    void withoutAReadableKeyNothingStarts() {
        anInstance();
        shop.sql("update signing_key set private_key = '\\x00'");
        assertThrows(IllegalStateException.class, SigningKeysTest::anInstance);
    }

    @Test
    void withoutAKeyThatMaySignNothingStarts() {
        anInstance();
        shop.sql("update signing_key set signs_from = now() + interval '1 day'");
        assertThrows(IllegalStateException.class, SigningKeysTest::anInstance);
    }

    @Test
    void aFailedRefreshKeepsTheKeysThereWere() {
        var keys = anInstance();
        var kid = keys.signing().kid();
        shop.sql("update signing_key set private_key = '\\x00'");
        assertThrows(IllegalStateException.class, () -> shop.await(keys.refresh()));
        assertEquals(kid, keys.signing().kid());
    }
}
