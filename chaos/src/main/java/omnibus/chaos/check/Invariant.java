package omnibus.chaos.check;

import omnibus.chaos.history.Entry;

/** One of the rules I1 to I11. It is told the history, line by line, before it judges. */
interface Invariant {
    String id();

    String promise();

    default void hear(Entry entry) {}

    void judge(Subjects subjects, Findings findings);
}
