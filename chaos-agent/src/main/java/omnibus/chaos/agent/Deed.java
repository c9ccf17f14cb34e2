package omnibus.chaos.agent;

import java.time.Instant;

/**
 * A line of the diary.
 *
 * @param what {@code woven}, {@code armed}, {@code disarmed}, {@code halted}, {@code threw}, {@code bus}, {@code healed},
 *     {@code cut}, {@code joined} or {@code refused}
 * @param subject the failpoint, class or file it is about
 */
public record Deed(Instant at, String instance, long pid, String what, String subject, String detail) {
    String line() {
        return String.join("\t", at.toString(), instance, Long.toString(pid), what, subject, plain(detail));
    }

    static Deed of(String line) {
        var parts = line.split("\t", -1);
        return new Deed(Instant.parse(parts[0]), parts[1], Long.parseLong(parts[2]), parts[3], parts[4], parts[5]);
    }

    private static String plain(String text) {
        return text.replace('\t', ' ').replace('\n', ' ');
    }
}
