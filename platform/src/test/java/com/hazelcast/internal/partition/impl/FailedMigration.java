package com.hazelcast.internal.partition.impl;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.partition.MigrationInfo;
import com.hazelcast.internal.partition.PartitionReplica;
import com.hazelcast.internal.partition.ReadonlyInternalPartition;

/**
 * Brings members to where they are when a migration of a partition failed, a later one succeeded, and the master died
 * before it had told everybody. In Hazelcast's package, because what it keeps of this is visible there alone.
 */
public final class FailedMigration {
    private static final int PARTITION = 0;

    private FailedMigration() {}

    /** The one that will be asked knows the later migration; the one that will ask remembers the failed one alone. */
    public static void remember(HazelcastInstance nextMaster, HazelcastInstance other) {
        var asking = partitions(nextMaster);
        var asked = partitions(other);
        var partition = asking.getPartitionStateManager().getPartitionImpl(PARTITION);
        var failed = new MigrationInfo(PARTITION, partition.getReplica(2), partition.getReplica(1), 2, -1, -1, 1)
                .setInitialPartitionVersion(partition.version() - 1)
                .setPartitionVersionIncrement(1)
                .setStatus(MigrationInfo.MigrationStatus.FAILED);
        asking.getMigrationManager().addCompletedMigration(failed);
        asked.getPartitionStateManager()
                .getPartitionImpl(PARTITION)
                .setReplicasAndVersion(new ReadonlyInternalPartition(
                        swapped(partition.getReplicasCopy()), PARTITION, partition.version() + 1));
        asked.getPartitionStateManager().updateStamp();
    }

    private static PartitionReplica[] swapped(PartitionReplica[] replicas) {
        var first = replicas[1];
        replicas[1] = replicas[2];
        replicas[2] = first;
        return replicas;
    }

    private static InternalPartitionServiceImpl partitions(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member).getOriginal().node.partitionService;
    }
}
