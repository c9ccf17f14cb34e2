package omnibus.user;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.stream.IntStream;
import omnibus.platform.Problem;
import omnibus.user.model.Address;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AddressesTest {
    @RegisterExtension
    static final UserFixtures shop = new UserFixtures();

    static Address anAddress() {
        return new Address(
                UserFixtures.anId(), "Ada Lovelace", "12 St James's Square", null, "London", "SW1Y 4JH", null, "GB");
    }

    @Test
    void anAddressIsKeptAndReplacedAndRemoved() {
        var user = shop.aCustomer().id();
        var home = shop.await(shop.addresses.add(user, anAddress()));
        assertEquals(home, shop.await(shop.addressStore.find(user, home.id())).orElseThrow());

        var moved = new Address(home.id(), "Ada King", "1 Rue", "3e", "Paris", "75002", "Île-de-France", "FR");
        shop.await(shop.addresses.replace(user, moved));
        assertEquals(moved, shop.await(shop.addressStore.find(user, home.id())).orElseThrow());

        shop.await(shop.addresses.remove(user, home.id()));
        assertTrue(shop.await(shop.addressStore.find(user, home.id())).isEmpty());
        assertEquals(
                Problem.Kind.NOT_FOUND,
                shop.refusalOf(shop.addresses.remove(user, home.id())).kind());
    }

    @Test
    void somebodyElsesAddressIsNotThere() {
        var owner = shop.aCustomer().id();
        var other = shop.aCustomer().id();
        var home = shop.await(shop.addresses.add(owner, anAddress()));

        assertTrue(shop.await(shop.addressStore.find(other, home.id())).isEmpty());
        assertEquals(
                Problem.Kind.NOT_FOUND,
                shop.refusalOf(shop.addresses.replace(other, home)).kind());
        assertEquals(
                Problem.Kind.NOT_FOUND,
                shop.refusalOf(shop.addresses.remove(other, home.id())).kind());
        assertEquals(home, shop.await(shop.addressStore.find(owner, home.id())).orElseThrow());
    }

    @Test
    void aBookHoldsAHundredAddressesHoweverManyAreAddedAtOnce() {
        var user = shop.aCustomer().id();
        for (var i = 0; i < Address.LIMIT - 2; i++) shop.await(shop.addresses.add(user, anAddress()));

        var added = shop.allAtOnce(IntStream.range(0, 6).mapToObj(i -> shop.addresses.add(user, anAddress())));

        assertEquals(2, added.stream().filter(Objects::nonNull).count());
        assertEquals(
                "too-many-addresses",
                shop.refusalOf(shop.addresses.add(user, anAddress())).code());
    }

    @Test
    void aClosedAccountGetsNoAddress() {
        var account = shop.aCustomer();
        shop.await(shop.users.close(shop.identityOf(account, UserFixtures.anId()), UserFixtures.ORIGIN));
        var add = shop.addresses.add(account.id(), anAddress());
        assertEquals(Problem.Kind.UNAUTHENTICATED, shop.refusalOf(add).kind());
    }
}
