package omnibus.product.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {

    @ParameterizedTest
    @CsvSource({
        "Stoneware Mug, STONEWARE",
        "Café au Lait, cafe",
        "Cafe au Lait, CAFÉ",
        "Straße nach Süden, strasse suden",
        "STRASSE, straße",
        "ΟΔΟΣ, οδός",
        "T-Shirt, t-shirt",
        "T-Shirt, shirt",
        "The Sorcerer's Stone, sorcerer's",
        "The Sorcerer’s Stone, sorcerer's",
        "The Sorcerer's Stone, sorcerers",
        "The Sorcerer's Stone, sorcerer",
        "Ｆｕｌｌｗｉｄｔｈ Ｍｕｇ, fullwidth mug",
        "Mug 350 ml, 350",
        "Война и мир, МИР",
        "雪の日, 雪の日",
    })
    void aNameIsFoundByItsWords(String name, String asked) {
        assertTrue(Words.of(name).containsAll(Words.asked(asked)), () -> Words.of(name) + " / " + Words.asked(asked));
    }

    @ParameterizedTest
    @CsvSource({"Stoneware Mug, stone", "Stoneware Mug, mugs", "Mug 350 ml, 35"})
    void aPartOfAWordIsNotAWord(String name, String asked) {
        assertTrue(Words.asked(asked).stream().noneMatch(Words.of(name)::contains));
    }

    @Test
    void aTextOfSignsHasNoWord() {
        assertEquals(Set.of(), Words.asked(" *** — !? "));
    }

    @ParameterizedTest
    @CsvSource({"'  “Émile”, or  Education', emile or education", "Zoë's Mug, zoes mug", "'!!!', ''"})
    void namesSortByTheirBareWords(String name, String key) {
        assertEquals(key, Words.sortKey(name));
    }
}
