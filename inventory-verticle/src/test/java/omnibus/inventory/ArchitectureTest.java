package omnibus.inventory;

import omnibus.testkit.ArchRules;
import omnibus.testkit.ContractRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void theHouseRulesHold() {
        ArchRules.check("omnibus.inventory");
    }

    @Test
    void theContractIsWhatItsReadersNeed() {
        ContractRules.check("inventory");
    }
}
