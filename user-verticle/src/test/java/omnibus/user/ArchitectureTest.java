package omnibus.user;

import omnibus.testkit.ArchRules;
import omnibus.testkit.ContractRules;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    @Test
    void theCodeKeepsTheHouseRules() {
        ArchRules.check("omnibus.user");
    }

    @Test
    void theContractKeepsTheHouseRules() {
        ContractRules.check("user");
    }
}
