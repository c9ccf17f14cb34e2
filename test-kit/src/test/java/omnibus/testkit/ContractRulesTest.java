package omnibus.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ContractRulesTest {
    @Test
    void anAnswerThatMayHoldAnythingSaysWhy() {
        var faults = assertThrows(AssertionError.class, () -> ContractRules.check("talkative"))
                .getMessage()
                .lines()
                .map(line -> line.split(" answers anything")[0])
                .collect(Collectors.toSet());
        var expected = List.of("/open/-", "/anything", "/nullable", "/several", "/unexplained").stream()
                .map(field -> "talkative.listTalks 200" + field)
                .collect(Collectors.toSet());
        assertEquals(Set.copyOf(expected), faults);
    }
}
