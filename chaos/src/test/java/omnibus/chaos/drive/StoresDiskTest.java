package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import omnibus.chaos.drive.StoresDisk.Disk;
import org.junit.jupiter.api.Test;

class StoresDiskTest {
    private static final long GIB = 1L << 30;
    private static final List<Disk> OTHERS = List.of(disk("/", 1, 100), disk("/checkout", 2, 100), disk("/home", 3, 4));

    private static Disk disk(String path, int device, long gib) {
        return new Disk(Path.of(path), device, gib * GIB);
    }

    private static Stopped refusal(Disk stores) {
        return assertThrows(Stopped.class, () -> StoresDisk.requireSmallOneOfItsOwn(stores, OTHERS));
    }

    @Test
    void aSmallFileSystemOfTheStoresOwnMayBeFilled() {
        assertDoesNotThrow(() -> StoresDisk.requireSmallOneOfItsOwn(disk("/small/stores", 4, 8), OTHERS));
    }

    @Test
    void oneThatHoldsTheMachineTheCheckoutOrTheHomeMustNotAndTheRefusalSaysWhyAndWhatToDo() {
        for (var other : OTHERS) {
            var refusal = refusal(disk("/small/stores", (int) other.device(), 4));
            assertEquals(Stopped.USAGE, refusal.exitCode());
            assertTrue(refusal.text().contains("same file system as " + other.path() + ","), refusal.text());
            assertTrue(refusal.text().contains("mount -t tmpfs -o size=1g tmpfs /small/stores"), refusal.text());
        }
    }

    @Test
    void oneOfMoreThanEightGibibytesMustNot() {
        var refusal = refusal(disk("/small/stores", 4, 9));
        assertEquals(Stopped.USAGE, refusal.exitCode());
        assertTrue(refusal.text().contains("9 GiB"), refusal.text());
    }
}
