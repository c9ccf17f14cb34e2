package omnibus.user.model;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The one spelling of an e-mail address: without surrounding blanks, composed (NFC), in lower case. */
public final class Email {
    private static final int LONGEST = 254;
    private static final Pattern FORM = Pattern.compile("[^\\s@]{1,64}@[^\\s@.]+(\\.[^\\s@.]+)+");

    private Email() {}

    /** Has the form of an address; whether mail gets there only mail can tell. */
    public static boolean isPlausible(String text) {
        return text.length() <= LONGEST && FORM.matcher(text.strip()).matches();
    }

    public static String normalised(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
    }
}
