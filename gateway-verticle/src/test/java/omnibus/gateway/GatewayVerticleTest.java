package omnibus.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import omnibus.platform.Json;
import omnibus.platform.Settings;
import omnibus.platform.call.Contract;
import omnibus.testkit.TestPlatform;
import org.junit.jupiter.api.Test;

class GatewayVerticleTest {
    @Test
    void aServiceThatAppearsIsServedWithoutARestart() {
        try (var suite = new GatewaySuite()) {
            assertEquals(404, suite.browser.get("/api/v1/passing").status());
            suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            assertTrue(suite.browser.get("/openapi.json").json().path("paths").has("/api/v1/passing"));
        }
    }

    @Test
    void aContractThatClaimsAPathOfAnotherIsRefusedAsAWholeAndHealthSaysWhy() {
        try (var suite = new GatewaySuite()) {
            suite.platform.deploy(Passing.rival(suite.platform.platform()));
            suite.platform.eventually(() -> rival(suite).has("refusal"));
            assertEquals(
                    "GET /api/v1/wishlists/{other} belongs to wishlist.getWishlist",
                    rival(suite).path("refusal").asText());
            assertFalse(rival(suite).path("served").asBoolean());
            assertEquals(404, suite.browser.get("/api/v1/rival").status());
            assertFalse(suite.browser.get("/openapi.json").json().path("paths").has("/api/v1/rival"));
            assertEquals(
                    "7",
                    suite.browser.get("/api/v1/wishlists/7").json().path("id").asText());
        }
    }

    @Test
    void whereANewVersionClashesTheOneBeforeItGoesOn() {
        try (var suite = new GatewaySuite()) {
            var first = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(first));

            var later = suite.platform.deploy(Passing.movedTo(suite.platform.platform(), "/api/v1/wishlists/latest"));
            suite.platform.eventually(() -> service(suite, "passing").has("refusal"));
            assertEquals(
                    "GET /api/v1/wishlists/latest would take requests from wishlist.getWishlist, /api/v1/wishlists/{id}",
                    service(suite, "passing").path("refusal").asText());
            assertEquals(
                    suite.platform
                            .platform()
                            .directory()
                            .entries("passing")
                            .get(0)
                            .lease()
                            .instance(),
                    service(suite, "passing").path("contractOf").asText());
            assertEquals(200, suite.browser.get("/api/v1/passing").status());
            assertEquals(
                    "latest",
                    suite.browser
                            .get("/api/v1/wishlists/latest")
                            .json()
                            .path("id")
                            .asText());

            suite.platform.await(suite.platform.vertx().undeploy(later));
            suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(
                    () -> service(suite, "passing").path("served").asBoolean());
        }
    }

    @Test
    void aNewVersionDoesNotPushOutWhatWasServedAfterTheOneBeforeIt() {
        try (var suite = new GatewaySuite()) {
            var first = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.deploy(Passing.peaceful(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/rival").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(first));

            suite.platform.deploy(Passing.movedTo(suite.platform.platform(), "/api/v1/rival"));
            suite.platform.eventually(() -> service(suite, "passing").has("refusal"));
            assertEquals(
                    "GET /api/v1/rival belongs to rival.getRival",
                    service(suite, "passing").path("refusal").asText());
            assertEquals("rival", suite.browser.get("/api/v1/rival").json().asText());
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
        }
    }

    @Test
    void aNewVersionTakesNoRequestsFromWhoCameAfterTheOneBeforeIt() {
        try (var suite = new GatewaySuite()) {
            var first = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.deploy(Passing.peaceful(suite.platform.platform()));
            suite.platform.eventually(
                    () -> suite.browser.get("/api/v1/rivals/7").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(first));

            suite.platform.deploy(Passing.movedTo(suite.platform.platform(), "/api/v1/rivals/latest"));
            suite.platform.eventually(() -> service(suite, "passing").has("refusal"));
            assertEquals(
                    "GET /api/v1/rivals/latest would take requests from rival.getOther, /api/v1/rivals/{other}",
                    service(suite, "passing").path("refusal").asText());
            assertEquals(
                    "rival", suite.browser.get("/api/v1/rivals/latest").json().asText());
        }
    }

    @Test
    void whoWasRefusedDoesNotPushOutWhoIsServedWhenItsDayComes() {
        try (var suite = new GatewaySuite("OMNIBUS_PLUGIN_GRACE", "1s")) {
            var first = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.deploy(Passing.called("second", suite.platform.platform(), "/api/v1/passing", "/api/v1/c"));
            suite.platform.eventually(() -> service(suite, "second").has("refusal"));
            suite.platform.deploy(Passing.called("third", suite.platform.platform(), "/api/v1/d", "/api/v1/c"));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/d").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(first));
            suite.platform.eventually(
                    () -> service(suite, "second").path("refusal").asText().contains("third."));
            assertEquals(200, suite.browser.get("/api/v1/d").status());
        }
    }

    @Test
    void ofThoseWhoWereRefusedTheFirstIsServedFirstWhateverCameBetween() {
        try (var suite = new GatewaySuite("OMNIBUS_PLUGIN_GRACE", "1s")) {
            var platform = suite.platform.platform();
            var first = suite.platform.deploy(new Passing(platform));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            for (var refused : List.of("zealous", "anxious")) {
                suite.platform.deploy(Passing.called(refused, platform, "/api/v1/passing", "/api/v1/" + refused));
                suite.platform.eventually(() -> service(suite, refused).has("refusal"));
            }
            suite.platform.deploy(Passing.called("third", platform, "/api/v1/c", "/api/v1/e"));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/c").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(first));
            suite.platform.eventually(
                    () -> service(suite, "anxious").path("refusal").asText().contains("zealous."));
            assertEquals(200, suite.browser.get("/api/v1/zealous/7").status());
        }
    }

    @Test
    void everyGatewayServesAndDescribesWhatIsPluggedInAndOfTwoThatClashTheSame() {
        try (var suite = new GatewaySuite()) {
            var second = GatewaySuite.gateway(suite.platform, GatewaySuite.newHome());
            suite.platform.deploy(second);
            var browsers = List.of(suite.browser, new Browser(second.port()));
            suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.deploy(
                    Passing.called("claimant", suite.platform.platform(), "/api/v1/passing", "/api/v1/claims"));
            for (var browser : browsers) {
                suite.platform.eventually(() -> browser.get("/api/v1/passing").status() == 200);
                assertEquals("passing", browser.get("/api/v1/passing").json().asText());
                assertTrue(browser.get("/openapi.json").json().path("paths").has("/api/v1/passing"));
                suite.platform.eventually(
                        () -> browser.get("/health").json().toString().contains("belongs to passing.getPassing"));
            }
        }
    }

    @Test
    void whatIsPluggedInHasItsPathsBelowTheApi() {
        try (var suite = new GatewaySuite()) {
            suite.platform.deploy(Passing.called("claimant", suite.platform.platform(), "/admin", "/api/v1/claims"));
            suite.platform.eventually(
                    () -> service(suite, "claimant").path("refusal").asText().contains("has its paths below /api/"));
            assertEquals(404, suite.browser.get("/admin").status());
        }
    }

    @Test
    void whatAFormerBuildKeptAndThisOneWouldNotTakeIsLeftOut() {
        try (var suite = new GatewaySuite()) {
            var home = GatewaySuite.newHome();
            var document = Contract.load("rival").document().toString().replace("/api/v1/rival", "/admin");
            var contract = Contract.of("rival", Json.tree(Buffer.buffer(document)));
            suite.platform.await(new ContractStore(suite.platform.vertx(), home)
                    .save(new ContractStore.Kept(contract, "a digest", 1)));
            var gateway = GatewaySuite.gateway(suite.platform, home);
            suite.platform.deploy(gateway);
            assertEquals(404, new Browser(gateway.port()).get("/admin").status());
        }
    }

    private static JsonNode rival(GatewaySuite suite) {
        return service(suite, "rival");
    }

    private static JsonNode service(GatewaySuite suite, String name) {
        for (var service : suite.browser.get("/health").json().path("services")) {
            if (service.path("service").asText().equals(name)) return service;
        }
        return MissingNode.getInstance();
    }

    @Test
    void anotherMethodOfAPathIsNoClash() {
        try (var suite = new GatewaySuite()) {
            suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            assertEquals(
                    200,
                    suite.browser
                            .send("PUT", "/api/v1/wishlists/7", (String) null)
                            .status());
        }
    }

    @Test
    void aServiceThatWentIs503AlsoForAGatewayThatStartsLater() {
        try (var suite = new GatewaySuite()) {
            var passing = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(passing));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 503);
            var later = GatewaySuite.gateway(suite.platform, GatewaySuite.newHome());
            suite.platform.deploy(later);
            assertEquals(503, new Browser(later.port()).get("/api/v1/passing").status());
        }
    }

    @Test
    void contractsOutliveTheClusterInFiles() {
        var home = GatewaySuite.newHome();
        try (var first = TestPlatform.start()) {
            first.deploy(new Passing(first.platform()));
            var gateway = GatewaySuite.gateway(first, home);
            first.deploy(gateway);
            first.eventually(
                    () -> new Browser(gateway.port()).get("/api/v1/passing").status() == 200);
            first.eventually(() ->
                    home.resolve("gateway/contracts/passing.json").toFile().exists());
        }
        try (var second = TestPlatform.start()) {
            var gateway = GatewaySuite.gateway(second, home);
            second.deploy(gateway);
            assertEquals(503, new Browser(gateway.port()).get("/api/v1/passing").status());
        }
    }

    @Test
    void aPluginThatStaysAwayIsForgotten() {
        try (var suite = new GatewaySuite("OMNIBUS_PLUGIN_GRACE", "1s")) {
            var passing = suite.platform.deploy(new Passing(suite.platform.platform()));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 200);
            suite.platform.await(suite.platform.vertx().undeploy(passing));
            suite.platform.eventually(() -> suite.browser.get("/api/v1/passing").status() == 404);
        }
    }

    @Test
    void anUnreadableKeptContractCostsNothingElse() throws IOException {
        var home = GatewaySuite.newHome();
        var folder = home.resolve("gateway/contracts");
        java.nio.file.Files.createDirectories(folder);
        java.nio.file.Files.writeString(folder.resolve("broken.json"), "{");
        java.nio.file.Files.writeString(
                folder.resolve("other.json"), "{\"service\":\"other\",\"document\":{\"paths\":{\"/x\":{\"get\":{}}}}}");
        try (var platform = TestPlatform.start()) {
            var gateway = GatewaySuite.gateway(platform, home);
            platform.deploy(gateway);
            assertEquals(200, new Browser(gateway.port()).get("/health").status());
        }
    }

    @Test
    void aDrainingGatewayFinishesWhatIsUnderWayAndSendsClientsElsewhere() throws Exception {
        try (var suite = new GatewaySuite("OMNIBUS_GATEWAY_DEADLINE", "1500ms")) {
            var browser = suite.browser;
            var underWay = java.util.concurrent.CompletableFuture.supplyAsync(
                    () -> browser.get("/api/v1/wishlists/1/silence"));
            suite.platform.eventually(() -> suite.gateway.door().exchangesUnderWay() == 1);
            var stopped = suite.platform.vertx().undeploy(suite.gatewayDeployment);
            var reply = underWay.get(10, java.util.concurrent.TimeUnit.SECONDS);
            assertEquals(503, reply.status());
            assertEquals("close", reply.header("Connection"));
            suite.platform.await(stopped);
            assertThrows(AssertionError.class, () -> browser.get("/health"));
        }
    }

    @Test
    void aReadThatNoStoreAnswersIs503AndSaysWhenToComeBack() {
        try (var suite = new GatewaySuite("OMNIBUS_GATEWAY_DEADLINE", "700ms")) {
            var reply = suite.browser.get("/api/v1/wishlists/1/silence");
            assertEquals(503, reply.status());
            assertEquals("2", reply.header("Retry-After"));
        }
    }

    @Test
    void aWriteWithoutAnAnswerIs504WhenTheDeadlineHasPassed() {
        try (var suite = new GatewaySuite("OMNIBUS_GATEWAY_DEADLINE", "700ms")) {
            var reply = suite.browser.post("/api/v1/wishlists/1/silence", "{}");
            assertEquals(504, reply.status());
            assertEquals("deadline-passed", reply.code());
        }
    }

    @Test
    void limitsAnswer429WithWhenToComeBack() {
        try (var suite = new GatewaySuite("OMNIBUS_LIMITS", "on", "OMNIBUS_LIMIT_BROWSE", "5")) {
            var reply = suite.browser.get("/api/v1/wishlists/1");
            assertEquals("\"browse\";q=5;w=1", reply.header("RateLimit-Policy"));
            assertEquals("\"browse\";r=4;t=1", reply.header("RateLimit"));
            for (var i = 0; i < 100 && reply.status() == 200; i++) reply = suite.browser.get("/api/v1/wishlists/1");
            assertEquals("too-many-requests", reply.code());
            assertEquals(429, reply.status());
            assertEquals("1", reply.header("Retry-After"));
            assertEquals(200, suite.browser.get("/health").status());
        }
    }

    @Test
    void aProvidersWebhooksHaveALimitOfTheirOwn() {
        try (var suite = new GatewaySuite("OMNIBUS_LIMITS", "on", "OMNIBUS_LIMIT_WRITE", "2")) {
            for (var i = 0; i < 20; i++) {
                var reply = suite.browser.post("/api/v1/wishlists/webhook", "{}", "X-Signature", "t=1");
                assertEquals(200, reply.status());
            }
        }
    }

    @Test
    void badConfigurationIsToldAllAtOnce() {
        var settings = Settings.of(Map.of("OMNIBUS_HTTP_PORT", "http", "OMNIBUS_LIMITS", "perhaps"));
        GatewayConfig.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        assertTrue(faults.contains("OMNIBUS_HTTP_PORT") && faults.contains("OMNIBUS_LIMITS"), faults);
    }

    @Test
    void aPortThatIsTakenFailsTheStart() throws IOException {
        try (var platform = TestPlatform.start();
                var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            var gateway = GatewaySuite.gateway(
                    platform, GatewaySuite.newHome(), "OMNIBUS_HTTP_PORT", Integer.toString(taken.getLocalPort()));
            assertThrows(RuntimeException.class, () -> platform.deploy(gateway));
        }
    }
}
