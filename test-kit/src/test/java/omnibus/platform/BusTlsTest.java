package omnibus.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import omnibus.testkit.TestAuthority;
import omnibus.testkit.TestAuthority.Pem;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The event bus of a cluster whose members have certificates. */
class BusTlsTest {
    private static final TestAuthority SHOP = new TestAuthority("shop");
    private static final TestAuthority STRANGER = new TestAuthority("stranger");
    private static final String CLUSTER = "bus-tls-" + UUID.randomUUID();
    private static final int PORT = freePort();

    private static Vertx one;
    private static Vertx other;
    private static int busPort;

    @BeforeAll
    static void join() {
        one = member(SHOP.issue("one"));
        other = member(SHOP.issue("other"));
        busPort = ((VertxInternal) one).clusterManager().getNodeInfo().port();
    }

    @AfterAll
    static void leave() {
        await(Future.all(one.close(), other.close()));
    }

    private static Vertx member(Pem pem) {
        var settings = Settings.of(settings(pem));
        var cluster = Cluster.from(settings);
        settings.check();
        return await(Vertx.builder()
                .with(new VertxOptions().setEventLoopPoolSize(1).setEventBusOptions(cluster.eventBus()))
                .withClusterManager(cluster.manager())
                .buildClustered());
    }

    private static Map<String, String> settings(Pem pem) {
        return Map.of(
                "OMNIBUS_CLUSTER_NAME", CLUSTER,
                "OMNIBUS_CLUSTER_PORT", Integer.toString(PORT),
                "OMNIBUS_BUS_CERT", pem.certificate(),
                "OMNIBUS_BUS_KEY", pem.key(),
                "OMNIBUS_BUS_CA", SHOP.certificate());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }

    private static int freePort() {
        while (true) {
            try (var socket = new ServerSocket(0)) {
                if (socket.getLocalPort() < 65_000) return socket.getLocalPort();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** What the bus answers to a connection's first bytes: nothing, before it closes, unless it takes it for a member. */
    private static boolean isTalkedTo(NetClientOptions options) {
        var client = one.createNetClient(options.setConnectTimeout(5_000));
        try {
            var told = await(client.connect(busPort, "127.0.0.1").compose(socket -> {
                var closed = io.vertx.core.Promise.<Boolean>promise();
                socket.handler(bytes -> closed.tryComplete(true));
                socket.closeHandler(gone -> closed.tryComplete(false));
                // The bus's own ping: a length, a version, and what a member answers with a pong.
                socket.write(Buffer.buffer().appendInt(1).appendByte((byte) 0));
                return closed.future().timeout(5, TimeUnit.SECONDS).otherwise(true);
            }));
            return told;
        } catch (CompletionException refused) {
            return false;
        } finally {
            await(client.close());
        }
    }

    private static NetClientOptions withCertificate(Pem pem) {
        return new NetClientOptions()
                .setSsl(true)
                .setHostnameVerificationAlgorithm("")
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(SHOP.certificate())))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(pem.certificate()))
                        .addKeyValue(Buffer.buffer(pem.key())));
    }

    @Test
    void membersWithCertificatesOfTheShopTalk() {
        var greeter = other.eventBus().<String>consumer("greet", message -> message.reply("hello " + message.body()));
        await(greeter.completion());
        assertEquals(
                "hello you",
                await(one.eventBus().<String>request("greet", "you", new DeliveryOptions().setSendTimeout(20_000)))
                        .body());
        assertTrue(isTalkedTo(withCertificate(SHOP.issue("third"))), "a member's connection is taken");
    }

    @Test
    void whoHasNoneOrOneOfAnotherAuthorityIsCutOff() {
        assertTrue(!isTalkedTo(new NetClientOptions()), "plain TCP");
        var nameless = new NetClientOptions().setSsl(true).setTrustAll(true).setHostnameVerificationAlgorithm("");
        assertTrue(!isTalkedTo(nameless), "no certificate");
        assertTrue(!isTalkedTo(withCertificate(STRANGER.issue("member"))), "another authority");
    }

    @Test
    void halfACertificateIsAFault() {
        var half = new HashMap<>(settings(SHOP.issue("half")));
        half.remove("OMNIBUS_BUS_CA");
        half.put("OMNIBUS_BUS_KEY", "not a key");
        var settings = Settings.of(half);
        BusTls.from(settings);
        var faults = assertThrows(Settings.Invalid.class, settings::check).getMessage();
        assertTrue(faults.contains("OMNIBUS_BUS_CA") && faults.contains("OMNIBUS_BUS_KEY"), faults);
    }
}
