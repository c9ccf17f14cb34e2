package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Promise;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import omnibus.platform.Settings;
import omnibus.testkit.TestAuthority;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The second port: HTTPS, with HTTP/2. */
class TlsTest {
    private static GatewaySuite suite;
    private static SSLContext trusting;
    private static int port;

    @BeforeAll
    static void open() throws Exception {
        var authority = new TestAuthority("shop");
        var pem = authority.issue("gateway");
        suite = new GatewaySuite(
                "OMNIBUS_HTTPS_PORT", "0", "OMNIBUS_TLS_CERT", pem.certificate(), "OMNIBUS_TLS_KEY", pem.key());
        port = suite.gateway.door().securePort();
        trusting = trusting(authority.certificate());
    }

    @AfterAll
    static void close() {
        suite.close();
    }

    private static SSLContext trusting(String certificate) throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null);
        var parsed = CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(certificate.getBytes()));
        store.setCertificateEntry("shop", parsed);
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder().version(version).sslContext(trusting).build();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path));
    }

    private static HttpResponse<String> get(Version version, String path) throws IOException, InterruptedException {
        return client(version).send(request(path).build(), BodyHandlers.ofString());
    }

    @Test
    void whoSpeaksHttp2GetsItAndWhoDoesNotGetsHttp11() throws Exception {
        for (var version : Version.values()) {
            var reply = get(version, "/api/v1/wishlists/7");
            assertEquals(200, reply.statusCode());
            assertEquals(version, reply.version());
            assertEquals(
                    "max-age=31536000",
                    reply.headers().firstValue("Strict-Transport-Security").orElse(""));
        }
    }

    @Test
    void overPlainHttpNothingIsSaidOfHttps() {
        assertNull(suite.browser.get("/health").header("Strict-Transport-Security"));
    }

    @Test
    void requestsOfOneConnectionAreAnsweredSideBySide() {
        var client = client(Version.HTTP_2);
        var replies = new ArrayList<CompletableFuture<HttpResponse<String>>>();
        for (var i = 0; i < 50; i++) {
            replies.add(client.sendAsync(request("/api/v1/wishlists/" + i).build(), BodyHandlers.ofString()));
        }
        for (var reply : replies) assertEquals(200, reply.join().statusCode());
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedAndTheNextRequestIsAnswered() throws Exception {
        var client = client(Version.HTTP_2);
        var large = request("/api/v1/wishlists")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(new byte[2 * 1024 * 1024]))
                .build();
        assertEquals(413, client.send(large, BodyHandlers.ofString()).statusCode());
        var next = client.send(request("/api/v1/wishlists/7").build(), BodyHandlers.ofString());
        assertEquals(200, next.statusCode());
    }

    @Test
    void aBodyThatTellsNoLengthArrivesAsWell() throws Exception {
        var text = "{\"name\":\"a stream\"}";
        var streamed = request("/api/v1/wishlists")
                .header("Content-Type", "application/json")
                .header("Authorization", suite.bearer("customer"))
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(text.getBytes())))
                .build();
        var reply = client(Version.HTTP_2).send(streamed, BodyHandlers.ofString());
        assertEquals(201, reply.statusCode(), reply.body());
        assertTrue(reply.body().contains("a stream"), reply.body());
    }

    @Test
    void aBodyThatIsNotAnnouncedAtAllIsNotDropped() throws Exception {
        var unannounced = request("/api/v1/wishlists")
                .header("Authorization", suite.bearer("customer"))
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream("{\"name\":\"n\"}".getBytes())))
                .build();
        assertEquals(
                415,
                client(Version.HTTP_2)
                        .send(unannounced, BodyHandlers.ofString())
                        .statusCode());
        var large = request("/api/v1/wishlists")
                .header("Authorization", suite.bearer("customer"))
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[2 * 1024 * 1024])))
                .build();
        assertEquals(
                413, client(Version.HTTP_2).send(large, BodyHandlers.ofString()).statusCode());
        var none = request("/api/v1/wishlists/7")
                .header("Authorization", suite.bearer("admin"))
                .DELETE()
                .build();
        assertEquals(
                204, client(Version.HTTP_2).send(none, BodyHandlers.ofString()).statusCode());
    }

    @Test
    void aConnectIsRefusedBecauseItNamesNoPath() {
        var answer = answerToUnended(HttpMethod.CONNECT, "");
        assertEquals(HttpVersion.HTTP_2, answer.version());
        assertEquals(400, answer.statusCode());
    }

    @Test
    void whatItsClientDoesNotEndIsOverOnceItIsAnswered() {
        assertEquals(200, answerToUnended(HttpMethod.GET, "/api/v1/wishlists/7").statusCode());
    }

    /** Of a request whose client sends nothing but the head; waits until its stream has been ended, with no error. */
    private static HttpClientResponse answerToUnended(HttpMethod method, String path) {
        var client = suite.platform
                .vertx()
                .createHttpClient(new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setTrustAll(true)
                        .setVerifyHost(false));
        var target = new RequestOptions()
                .setMethod(method)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(path);
        var reset = Promise.<Long>promise();
        var answer = suite.platform.await(client.request(target).compose(request -> {
            request.exceptionHandler(end -> reset.tryComplete(((StreamResetException) end).getCode()));
            if (method.equals(HttpMethod.CONNECT)) return request.connect();
            return request.sendHead().compose(sent -> request.response());
        }));
        assertEquals(0L, suite.platform.await(reset.future()));
        suite.platform.await(client.close());
        return answer;
    }

    @Test
    void oldProtocolsAndPlainHttpAreRefused() throws IOException {
        var suite = ClientHello.ECDHE_RSA_WITH_AES_128_CBC_SHA; // one that TLS 1.1 has too
        assertEquals("alert 70", ClientHello.answerTo(port, ClientHello.TLS_1_1, suite)); // protocol_version
        assertThrows(AssertionError.class, () -> new Browser(port).get("/health"));
        assertEquals(
                "hello",
                ClientHello.answerTo(port, ClientHello.TLS_1_2, ClientHello.ECDHE_RSA_WITH_AES_128_GCM_SHA256));
    }

    /** Whoever gets hold of the key later must not read what was recorded before. */
    @Test
    void aCipherWithoutForwardSecrecyOrAuthenticationOfEachRecordIsNotAgreedOn() throws IOException {
        for (var weak : new int[] {
            ClientHello.RSA_WITH_AES_128_CBC_SHA,
            ClientHello.RSA_WITH_AES_128_GCM_SHA256,
            ClientHello.ECDHE_RSA_WITH_AES_128_CBC_SHA
        }) {
            assertEquals(
                    "alert 40", // handshake_failure
                    ClientHello.answerTo(port, ClientHello.TLS_1_2, weak),
                    Integer.toHexString(weak));
        }
        assertEquals(
                "hello",
                ClientHello.answerTo(
                        port,
                        ClientHello.TLS_1_2,
                        ClientHello.RSA_WITH_AES_128_CBC_SHA,
                        ClientHello.ECDHE_RSA_WITH_AES_128_GCM_SHA256));
    }

    @Test
    void aPortWithoutCertificateAndKeyDoesNotStart() {
        var settings = Settings.of(Map.of("OMNIBUS_HTTPS_PORT", "8443", "OMNIBUS_TLS_KEY", "not a key"));
        GatewayConfig.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        assertTrue(faults.contains("OMNIBUS_TLS_CERT") && faults.contains("OMNIBUS_TLS_KEY"), faults);
    }
}
