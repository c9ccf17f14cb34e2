package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import omnibus.platform.Problem;
import omnibus.testkit.Samples;
import org.junit.jupiter.api.Test;

class PercentTextTest {
    @Test
    void aQueryBecomesHeadersNameByName() {
        var headers = query("/x?q=red+mug%21&limit=5&attr.colour=gr%C3%BCn&empty=&flag");
        assertEquals("red mug!", headers.get("query.q"));
        assertEquals("5", headers.get("query.limit"));
        assertEquals("grün", headers.get("query.attr.colour"));
        assertEquals("", headers.get("query.empty"));
        assertEquals("", headers.get("query.flag"));
    }

    @Test
    void aRepeatedParameterStaysRepeated() {
        assertEquals(List.of("1", "2"), query("/x?limit=1&limit=2").getAll("query.limit"));
    }

    @Test
    void anEmptyQueryHasNoParameters() {
        assertEquals(0, query("/x?").size());
        assertEquals(0, query("/x?&&").size());
    }

    @Test
    void onlyTheFirstEqualsSignDivides() {
        assertEquals("a=b", query("/x?cursor=a=b").get("query.cursor"));
    }

    @Test
    void aBrokenEscapeIsRefused() {
        for (var query : List.of("q=%", "q=%1", "q=%gg", "q=%ff", "%c3=1", "q=\u00fc")) {
            assertEquals(
                    "malformed-query",
                    assertThrows(Problem.class, () -> query("/x?" + query)).code(),
                    query);
        }
    }

    @Test
    void whatWasEncodedIsDecoded() {
        Samples.forAll(200, draw -> {
            var text = new StringBuilder();
            for (var i = 0; i < draw.size(); i++) text.appendCodePoint(draw.between(0x20, 0xd7ff));
            var encoded = URLEncoder.encode(text.toString(), StandardCharsets.UTF_8);
            assertEquals(text.toString(), PercentText.decode(encoded, 0, encoded.length(), true));
        });
    }

    @Test
    void aSegmentWithAControlCharacterNamesNothing() {
        assertNull(PercentText.segment("a%09", 0, 4));
        assertNull(PercentText.segment("a\u0000", 0, 2));
        assertEquals("ab", PercentText.segment("/ab/", 1, 3));
    }

    private static MultiMap query(String uri) {
        var headers = MultiMap.caseInsensitiveMultiMap();
        PercentText.copyQuery(uri, uri.indexOf('?'), headers);
        return headers;
    }
}
