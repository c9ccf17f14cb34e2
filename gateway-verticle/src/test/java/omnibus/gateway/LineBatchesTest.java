package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import omnibus.gateway.LineBatches.Batch;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;

class LineBatchesTest {
    private final LineBatches lines = new LineBatches();

    @Test
    void aStreamIsCutIntoBatchesOf200Lines() {
        lines.feed(Buffer.buffer("{}\n".repeat(450)));
        lines.end();
        assertEquals(
                List.of("1+200", "201+200", "401+50"),
                drain().stream().map(b -> b.firstLine() + "+" + b.lines()).toList());
    }

    @Test
    void aBatchHas256KiBAtMost() {
        var line = "x".repeat(60_000) + "\n";
        lines.feed(Buffer.buffer(line.repeat(10)));
        lines.end();
        var batches = drain();
        assertEquals(List.of(4, 4, 2), batches.stream().map(Batch::lines).toList());
        batches.forEach(batch -> assertTrue(batch.bytes().length() <= 256 * 1024));
    }

    @Test
    void piecesMayEndAnywhere() {
        for (var c : "{\"a\":1}\n{\"b\":2}".toCharArray()) lines.feed(Buffer.buffer(String.valueOf(c)));
        assertNull(lines.poll());
        lines.end();
        assertEquals("{\"a\":1}\n{\"b\":2}\n", lines.poll().bytes().toString());
    }

    @Test
    void blankLinesAreLeftOutAndCounted() {
        lines.feed(Buffer.buffer("a\n\n  \r\nb\r\n\nc"));
        lines.end();
        var batches = drain();
        assertEquals(List.of(1L, 4L, 6L), batches.stream().map(Batch::firstLine).toList());
        assertEquals(
                List.of("a\n", "b\r\n", "c\n"),
                batches.stream().map(b -> b.bytes().toString()).toList());
    }

    @Test
    void aLineThatIsTooLongIsNamedAndTheRestGoesOn() {
        lines.feed(Buffer.buffer("a\n" + "x".repeat(40_000)));
        lines.feed(Buffer.buffer("x".repeat(40_000)));
        lines.feed(Buffer.buffer("x".repeat(40_000) + "\nb\n"));
        lines.end();
        assertEquals(List.of(2L), lines.takeTooLong());
        assertEquals(List.of(), lines.takeTooLong());
        assertEquals(List.of(1L, 3L), drain().stream().map(Batch::firstLine).toList());
    }

    @Test
    void aLineOfExactly64KiBIsGood() {
        lines.feed(Buffer.buffer("x".repeat(64 * 1024) + "\n" + "y".repeat(64 * 1024 + 1)));
        lines.end();
        assertEquals(List.of(2L), lines.takeTooLong());
        assertEquals(1, drain().size());
    }

    @Test
    void anEmptyStreamHasNoBatch() {
        lines.feed(Buffer.buffer("\n\n"));
        lines.end();
        assertNull(lines.poll());
    }

    /** However a stream is cut into pieces, its batches are the same. */
    @Test
    void theCutOfThePiecesDoesNotMatter() {
        Samples.forAll(40, draw -> {
            var text = new StringBuilder();
            for (var line = 0; line < draw.size() * 15; line++) {
                text.append(draw.between(0, 9) == 0 ? "" : "l".repeat(draw.between(0, 3_000)))
                        .append('\n');
            }
            var whole = new LineBatches();
            whole.feed(Buffer.buffer(text.toString()));
            whole.end();
            var pieces = new LineBatches();
            for (var at = 0; at < text.length(); ) {
                var end = Math.min(text.length(), at + draw.between(1, 5_000));
                pieces.feed(Buffer.buffer(text.substring(at, end)));
                at = end;
            }
            pieces.end();
            assertEquals(drain(whole), drain(pieces));
        });
    }

    private List<Batch> drain() {
        return drain(lines);
    }

    private static List<Batch> drain(LineBatches lines) {
        var batches = new ArrayList<Batch>();
        for (var batch = lines.poll(); batch != null; batch = lines.poll()) batches.add(batch);
        return batches;
    }
}
