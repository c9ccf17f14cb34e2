package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import omnibus.platform.Secret;
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

    @Test
    void aKeyThatIsDeletedWhileItSignsIsFollowedAtOnce() {
        var keys = anInstance();
        var lost = keys.signing().kid();
        shop.sql("delete from signing_key");
        shop.await(keys.refresh());
        assertNotEquals(lost, keys.signing().kid());
        assertEquals(List.of(keys.signing().kid()), kids(keys));
    }

    private static byte[] stored(String kid) {
        return shop.sql("select private_key from signing_key where kid = $1", kid)
                .iterator()
                .next()
                .getBuffer("private_key")
                .getBytes();
    }

    static boolean isPrivateKey(byte[] bytes) {
        try {
            KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(bytes));
            return true;
        } catch (GeneralSecurityException noKey) {
            return false;
        }
    }

    @Test
    void aKeyIsStoredSealed() {
        var kid = anInstance().signing().kid();
        assertFalse(isPrivateKey(stored(kid)));
        assertEquals(kid, anInstance().signing().kid());
    }

    @Test
    void aKeyThatAFormerBuildStoredInTheClearStaysGoodAndIsSealed() {
        var key = anInstance().signing();
        shop.sql(
                "update signing_key set private_key = $1",
                Buffer.buffer(key.privateKey().getEncoded()));
        assertTrue(isPrivateKey(stored(key.kid())));

        var instances =
                IntStream.range(0, 4).mapToObj(i -> shop.keys(NINETY_DAYS)).toList();
        shop.allAtOnce(instances.stream().map(SigningKeys::refresh));

        instances.forEach(one -> assertEquals(key, one.signing()));
        assertFalse(isPrivateKey(stored(key.kid())));
        assertEquals(1, shop.sql("select 1 from signing_key").size());
    }

    @Test
    void aKeyInTheClearThatCountsNoMoreIsSealedToo() {
        var key = anInstance().signing().privateKey().getEncoded();
        shop.sql(
                "insert into signing_key (kid, private_key, signs_from, valid_until)"
                        + " values ('former', $1, now() - interval '9 days', now() - interval '1 hour')",
                Buffer.buffer(key));
        anInstance();
        assertFalse(isPrivateKey(stored("former")));
    }

    @Test
    void aKeySealedWithAnotherSecretSaysWhatToDo() {
        var kid = anInstance().signing().kid();
        var other = shop.keys(NINETY_DAYS, new Secret("another secret than the one there was"));
        var failure = assertThrows(IllegalStateException.class, () -> shop.await(other.refresh()));
        assertTrue(failure.getMessage().contains(kid));
        assertTrue(failure.getMessage().contains("OMNIBUS_SIGNING_SECRET"));
        assertTrue(failure.getMessage().contains("delete the rows of the table signing_key"));
        assertEquals(0, failure.getStackTrace().length);
        assertEquals(kid, anInstance().signing().kid());
    }

    @Test
    void aSealedKeyCannotBePutInAnotherOnesPlaceNorAltered() {
        var seal = new KeySeal(UserFixtures.SIGNING_SECRET);
        var secret = "a private key".getBytes(StandardCharsets.US_ASCII);
        var sealed = seal.seal("one", secret);
        assertArrayEquals(secret, seal.open("one", sealed).orElseThrow());
        assertEquals(Optional.empty(), seal.open("two", sealed));
        for (var i = 0; i < sealed.length; i++) {
            var altered = sealed.clone();
            altered[i] ^= 1;
            assertEquals(Optional.empty(), seal.open("one", altered), "byte " + i);
        }
        for (var length = 0; length < sealed.length; length++) {
            assertEquals(Optional.empty(), seal.open("one", Arrays.copyOf(sealed, length)), "cut to " + length);
        }
    }

    @Test
    void theSameKeySealedTwiceLooksDifferent() {
        var seal = new KeySeal(UserFixtures.SIGNING_SECRET);
        var secret = new byte[32];
        assertFalse(Arrays.equals(seal.seal("one", secret), seal.seal("one", secret)));
    }
}
