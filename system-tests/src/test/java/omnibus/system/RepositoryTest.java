package omnibus.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No file that is kept in the repository holds a secret. */
class RepositoryTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern PRIVATE_KEY =
            Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----\\s*[A-Za-z0-9+/=]{40,}");
    /** As Stripe, AWS, GitHub and Slack give them out, and signed tokens. */
    private static final Pattern KNOWN_TOKEN =
            Pattern.compile("\\b(?:[sr]k_(?:live|test)_[A-Za-z0-9]{12,}|whsec_[A-Za-z0-9]{12,}|AKIA[0-9A-Z]{16}"
                    + "|gh[pousr]_[A-Za-z0-9]{30,}|xox[abprs]-[A-Za-z0-9-]{10,}"
                    + "|eyJ[\\w-]{10,}\\.eyJ[\\w-]{6,}\\.[\\w-]{6,})");

    private static final Pattern LONG_WORD = Pattern.compile("(?<![\\w+/-])[\\w+/-]{32,}");
    /** How often letters and digits change places in what nobody has written by hand. */
    private static final int CHANGES = 8;

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** What looks like a secret and is none. */
    private static final List<String> EXAMPLES = List.of(
            // Traces as the W3C shows them, and ours that are none.
            "4bf92f3577b34da6a3ce929d0e0e4736",
            "00f067aa0ba902b7",
            "0af7651916cd43dd8448eb211c80319c",
            "00000000000000000000000000000000",
            // RFC 7636, appendix B: a verifier and its challenge.
            "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            // A password hash, made elsewhere.
            "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            // What the document of user-verticle shows: tokens that nobody has signed, and a cursor.
            "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJvbW5pYnVzIn0.c2lnbmF0dXJl",
            "eyJ0eXAiOiJsb2dpbi1zdGF0ZStqd3QifQ",
            "0f8uYBN1gJqVvMTh3nyd2xX5ZQk7cFtTg1bq4mWvLrPz8uEoKsA9iDjHyBfCwRnS",
            "MjAyNi0wMS0xNVQwOTozMDowMFofMDE5N2MzYTEtOGYyZS03YzQxLTlkMGEtNWI2ZjFlMmQzYzRi");

    private static List<String> found(String text) {
        var rest = ID.matcher(text).replaceAll(" ");
        for (var example : EXAMPLES) rest = rest.replace(example, " ");
        var found = new ArrayList<String>();
        for (var pattern : List.of(PRIVATE_KEY, KNOWN_TOKEN)) {
            pattern.matcher(rest).results().forEach(hit -> found.add(hit.group()));
        }
        LONG_WORD
                .matcher(rest)
                .results()
                .map(MatchResult::group)
                .filter(RepositoryTest::looksRandom)
                .forEach(found::add);
        return found;
    }

    private static boolean looksRandom(String word) {
        return IntStream.range(1, word.length())
                        .filter(i -> Character.isLetterOrDigit(word.charAt(i - 1))
                                && Character.isLetterOrDigit(word.charAt(i)))
                        .filter(i -> Character.isDigit(word.charAt(i - 1)) != Character.isDigit(word.charAt(i)))
                        .count()
                >= CHANGES;
    }

    private static List<Path> files() throws IOException, InterruptedException {
        var git = new ProcessBuilder("git", "ls-files").directory(ROOT.toFile()).start();
        var names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, git.waitFor());
        return names.lines().map(ROOT::resolve).filter(Files::isRegularFile).toList();
    }

    @Test
    void noFileHoldsAPrivateKeyOrAToken() throws Exception {
        assumeTrue(Files.exists(ROOT.resolve(".git")), "these sources are no clone");
        var files = files();
        var hits = new ArrayList<String>();
        for (var file : files) {
            for (var hit : found(Files.readString(file, StandardCharsets.ISO_8859_1)))
                hits.add(ROOT.relativize(file) + ": " + hit);
        }
        assertEquals(List.of(), hits);
        assertTrue(files.size() > 500, "only " + files.size() + " files were read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key: -----BEGIN RSA PRIVATE " + "KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7\n",
                "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
                "token=ghp_" + "16C7e42F292c6912E7" + "710c838347Ae178B4a",
                "\"bmmVjUS5HXJXeEOO" + "5gWhA0YuR5G3nSynfMh_FqqkZwc\"",
                "aa6ddec9be41c118080ececd0ec" + "7d119fc55e3a3c49e8a9" + "c3187fd731f713800"
            })
    void whatLooksLikeASecretIsSeen(String text) {
        assertNotEquals(List.of(), found(text));
    }
}
