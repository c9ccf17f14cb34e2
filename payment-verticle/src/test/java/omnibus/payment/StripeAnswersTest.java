package omnibus.payment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import omnibus.payment.model.ProviderAnswer;
import omnibus.payment.model.ProviderAnswer.Contradiction;
import omnibus.payment.model.ProviderAnswer.Lost;
import omnibus.payment.model.ProviderAnswer.Refused;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StripeAnswersTest {
    private static final String PAGE = "<html><body>Not found</body></html>";
    private static final String INVALID = error("invalid_request_error", "parameter_invalid_integer", "amount");

    private static String error(String type, String code, String param) {
        return "{\"error\": {\"type\": \"%s\", \"code\": \"%s\", \"param\": \"%s\", \"message\": \"No.\"}}"
                .formatted(type, code, param);
    }

    private static ProviderAnswer asked(int status, String body) {
        return meaning(HttpMethod.GET, status, body);
    }

    private static ProviderAnswer told(int status, String body) {
        return meaning(HttpMethod.POST, status, body);
    }

    private static ProviderAnswer meaning(HttpMethod method, int status, String body) {
        var reply = new StripeAnswers.Reply(method, status, Buffer.buffer(body), "req_1");
        return assertThrows(StripeAnswers.Definite.class, reply::checked).answer();
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 400, 402, 404, 405, 408, 410, 413, 424})
    void aQuestionThatIsRefusedSaysNothingOfThePayment(int status) {
        assertInstanceOf(Lost.class, asked(status, INVALID));
        assertInstanceOf(Lost.class, asked(status, error("card_error", "card_declined", "")));
        assertInstanceOf(Lost.class, asked(status, PAGE));
    }

    @Test
    void whatTheProviderItselfDoesNotKnowContradictsTheBooks() {
        assertInstanceOf(Contradiction.class, asked(404, error("invalid_request_error", "resource_missing", "id")));
        assertInstanceOf(
                Contradiction.class, told(400, error("invalid_request_error", "resource_missing", "payment_intent")));
    }

    @ParameterizedTest
    @CsvSource({
        "400, invalid_request_error, amount_too_small",
        "402, card_error, card_declined",
        "404, invalid_request_error, url_invalid"
    })
    void anErrorOfTheProvidersOwnRefusesACommandForCertain(int status, String type, String code) {
        assertInstanceOf(Refused.class, told(status, error(type, code, "")));
    }

    @Test
    void aDeclineTellsWhatTheCustomerCanDo() {
        var refused = assertInstanceOf(Refused.class, told(402, error("card_error", "expired_card", "")));
        assertEquals(Declines.reason("expired_card", null), refused.reason());
    }

    @Test
    void aPaymentMethodThatIsUnknownIsRefused() {
        var refusal = told(400, error("invalid_request_error", "resource_missing", "payment_method"));
        assertEquals(new Refused(Declines.unknownMethod()), refusal);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 402, 404})
    void aPageOfWhatStandsInBetweenRefusesNothing(int status) {
        assertInstanceOf(Lost.class, told(status, PAGE));
        assertInstanceOf(Lost.class, told(status, "{\"error\": \"no such route\"}"));
        assertInstanceOf(Lost.class, told(status, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 405, 408, 409, 413, 424, 429, 500, 503})
    void otherStatusesRefuseNothing(int status) {
        assertInstanceOf(Lost.class, told(status, INVALID));
    }
}
