package omnibus.product;

import omnibus.testkit.ArchRules;
import omnibus.testkit.ContractRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    @Test
    void theCodeKeepsTheHouseRules() {
        ArchRules.check("omnibus.product");
    }

    @Test
    void theContractKeepsTheHouseRules() {
        ContractRules.check("product");
    }
}
