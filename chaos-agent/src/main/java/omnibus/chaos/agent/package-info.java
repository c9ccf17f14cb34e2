/**
 * A Java agent that plants faults into the shop's JVMs. The shop's jars hold no failpoints and the distribution does not
 * hold the agent: it is woven in where a shop is started with it,
 *
 * <pre>
 * OMNIBUS_JAVA_OPTS=-javaagent:chaos-agent/target/chaos-agent.jar=DIRECTORY ./omnibus up
 * </pre>
 *
 * <p>and does nothing until there is a file for it in DIRECTORY, at which every JVM looks twenty times a second.
 * {@link omnibus.chaos.agent.FaultDirectory} writes these files; by hand they are as easily made.
 *
 * <ul>
 *   <li>{@code *.arm} arms a failpoint of the catalogue ({@link omnibus.chaos.agent.Failpoint}, or {@code java -jar
 *       chaos-agent.jar --list}): {@code failpoint=order.asks.inventory.reserveStock.after}, {@code action=halt} (the
 *       default) or {@code throw}, {@code passage=3} (1 by default), {@code order=} an order's id to count only
 *       passages that concern it. Each JVM counts for itself. A halt claims the file by renaming it to {@code *.done},
 *       so that of all JVMs that come to the passage one halts; a throw lasts until the file is removed.
 *   <li>{@code bus.faults}, while it is there, makes the event bus lose, double and delay messages between instances:
 *       {@code dropPercent}, {@code duplicatePercent}, {@code delayPercent}, {@code maxDelayMillis}, {@code seed}. A lost
 *       answer is a time-out to whoever asked. What an instance says to itself never touches a network and is spared.
 *   <li>{@code INSTANCE.cut}, while it is there, cuts this instance off from all other JVMs: what Hazelcast and the event
 *       bus would send or hear waits, and comes late when the file is gone, unless its connection was closed meanwhile.
 *       Lines to the stores and to the payment provider stay ({@link omnibus.chaos.agent.Line}).
 * </ul>
 *
 * <p>What was done is in {@code diary.tsv}, written through to the disk before a halt: time, instance, pid, what, which
 * failpoint or file, detail. {@code bus-INSTANCE.counts} tells how many messages of each kind came by, were dropped,
 * doubled and delayed. A file is written under another name and renamed, so that nobody reads half of it.
 *
 * <p>The catalogue names classes and methods by text, and so does {@link omnibus.chaos.agent.Seam}; {@code CatalogueTest}
 * finds each of them in the services and their libraries, so that a renaming breaks the build and not the proof.
 */
package omnibus.chaos.agent;
