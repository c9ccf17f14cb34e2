package omnibus.chaos.drive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BallastTest {
    private static final long SMALL = 5L * Ballast.MIB / 2;

    @TempDir
    private Path directory;

    @Test
    void itTakesAllThatItMayAndNoMore() throws IOException {
        try (var ballast = new Ballast(directory, SMALL)) {
            assertEquals(SMALL, ballast.fill());
            assertEquals(SMALL, ballast.fill());
        }
    }

    @Test
    void itHasNoNameSoThatItDoesNotOutliveTheRun() throws IOException {
        try (var ballast = new Ballast(directory, SMALL)) {
            ballast.fill();
            assertEquals(0, directory.toFile().list().length);
        }
    }

    @Test
    void whatFailsForAnotherReasonThanWantOfRoomIsTold() throws IOException {
        var ballast = new Ballast(directory, SMALL);
        ballast.close();
        assertThrows(ClosedChannelException.class, ballast::fill);
    }
}
