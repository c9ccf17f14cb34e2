package omnibus.product.model;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The words of a name as they are found and sorted by: any case, any accent, any script. Done here and not in the
 * store, whose collations differ.
 */
public final class Words {
    private static final Pattern MARKS = Pattern.compile("\\p{M}+");
    private static final Pattern APOSTROPHES =
            Pattern.compile("(?<=[\\p{L}\\p{N}])['\u2018\u2019\u02bc](?=[\\p{L}\\p{N}])");
    private static final Pattern NO_WORD = Pattern.compile("[^\\p{L}\\p{N}]+");

    private Words() {}

    /** What a name is found by: its words, and the parts of those with an apostrophe ("o'neill": oneill, o, neill). */
    public static Set<String> of(String name) {
        var folded = fold(name);
        var words = split(APOSTROPHES.matcher(folded).replaceAll(""));
        words.addAll(split(folded));
        return words;
    }

    /** What is looked for: every word must be among those of the name. Empty when the text has no word in it. */
    public static Set<String> asked(String text) {
        return split(APOSTROPHES.matcher(fold(text)).replaceAll(""));
    }

    /** The key names are sorted by. */
    public static String sortKey(String name) {
        var bare = APOSTROPHES.matcher(fold(name)).replaceAll("");
        return NO_WORD.matcher(bare).replaceAll(" ").strip();
    }

    private static String fold(String text) {
        var bare =
                MARKS.matcher(Normalizer.normalize(text, Normalizer.Form.NFKD)).replaceAll("");
        // Up and down again, so that ß meets SS and the two small sigmas meet each other.
        var folded = bare.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT).replace('\u03c2', '\u03c3');
        return MARKS.matcher(Normalizer.normalize(folded, Normalizer.Form.NFKD)).replaceAll("");
    }

    private static Set<String> split(String text) {
        var words = new LinkedHashSet<String>();
        for (var word : NO_WORD.split(text)) if (!word.isEmpty()) words.add(word);
        return words;
    }
}
