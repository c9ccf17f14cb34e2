package omnibus.gateway;

import omnibus.testkit.ArchRules;
import omnibus.testkit.ContractRules;
import org.junit.jupiter.api.Test;

class GatewayRulesTest {
    @Test
    void theCodeKeepsTheHouseRules() {
        ArchRules.check("omnibus.gateway");
    }

    @Test
    void theContractKeepsTheHouseRules() {
        ContractRules.check("gateway");
    }
}
