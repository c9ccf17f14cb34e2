package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.core.LifecycleEvent;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import org.junit.jupiter.api.Test;

class ClusterMergeTest {
    private final Health health = new Health();

    @Test
    void aMemberThatHasMergedAsksToBeRestarted() {
        health.ready(true, "ready");
        Cluster.afterMerge(health).stateChanged(new LifecycleEvent(LifecycleState.MERGED));
        assertFalse(health.live());
        assertFalse(health.ready());
    }

    @Test
    void otherNewsOfTheClusterChangesNothing() {
        Cluster.afterMerge(health).stateChanged(new LifecycleEvent(LifecycleState.STARTED));
        Cluster.afterMerge(health).stateChanged(new LifecycleEvent(LifecycleState.MERGE_FAILED));
        assertTrue(health.live());
    }
}
