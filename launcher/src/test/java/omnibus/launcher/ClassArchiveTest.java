package omnibus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    @TempDir
    private Path directory;

    @Test
    void listsOfSeveralJvmsBecomeOne() throws IOException {
        var one = Files.write(directory.resolve("one"), List.of("java/lang/Object id: 0", "a/A id: 7"));
        var two = Files.write(
                directory.resolve("two"),
                List.of("java/lang/Object id: 0", "b/B id: 7", "c/C id: 8 super: 0 source: c.jar"));
        assertEquals(List.of("java/lang/Object", "a/A", "b/B"), List.copyOf(ClassArchive.merge(List.of(one, two))));
    }

    @Test
    void lambdaLinesAreKept() throws IOException {
        var line = "@lambda-proxy a/A run ()Ljava/lang/Runnable; ()V REF_invokeStatic a/A lambda$0 ()V ()V";
        var list = Files.write(directory.resolve("list"), List.of(line, line));
        assertEquals(List.of(line), List.copyOf(ClassArchive.merge(List.of(list))));
    }

    @Test
    void theLastLineOfAJvmThatWasKilledWhileItWroteIsLeftOut() throws IOException {
        var list = Files.writeString(directory.resolve("list"), "java/lang/Object id: 0\na/A id: 7\nb/Torn");
        assertEquals(List.of("java/lang/Object", "a/A"), List.copyOf(ClassArchive.merge(List.of(list))));
    }
}
