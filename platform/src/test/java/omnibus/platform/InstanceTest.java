package omnibus.platform;

import static omnibus.platform.LocalPlatform.await;
import static omnibus.platform.LocalPlatform.greet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import omnibus.platform.call.Answer;
import omnibus.platform.call.Contract;
import omnibus.platform.directory.Lease;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InstanceTest {
    private final LocalPlatform local = new LocalPlatform();

    @AfterEach
    void stop() {
        local.close();
    }

    private Instance.Builder greeterOn(Platform platform) {
        return Instance.of(platform, Contract.load("greeter"), new GreeterVerticle.Api());
    }

    private Lease.State state(Platform platform) {
        return local.platform
                .directory()
                .entry("greeter@" + platform.instanceId())
                .map(entry -> entry.lease().state())
                .orElse(null);
    }

    @Test
    void anInstanceIsReadyWhenItsStoresAnswer() {
        var platform = local.platform(Map.of());
        await(greeterOn(platform).store("postgres", Future::succeededFuture).start());
        local.eventually(() -> state(platform) == Lease.State.READY);
        assertTrue(platform.health().ready());
    }

    @Test
    void anInstanceThatIsCutOffFromTheClusterIsNotReadyUntilItIsOver() {
        var platform = local.platform(Map.of());
        var cutOff = new AtomicBoolean(true);
        platform.health().cutOff(cutOff::get);
        await(greeterOn(platform).start());
        local.eventually(() -> state(platform) == Lease.State.NOT_READY);
        assertEquals("cannot reach most of the cluster", platform.health().detail());
        cutOff.set(false);
        local.eventually(() -> state(platform) == Lease.State.READY);
    }

    @Test
    void whoIsCutOffSaysSoAtOnceAndNotWithTheNextRenewalOfTheLease() {
        var health = new Health();
        health.ready(true, "ready");
        health.cutOff(() -> true);
        assertFalse(health.ready());
        assertEquals("cannot reach most of the cluster", health.detail());
    }

    @Test
    void anInstanceThatLosesItsStoreIsNotReadyAndComesBackByItself() {
        var platform = local.platform(Map.of());
        var down = new AtomicBoolean();
        await(greeterOn(platform)
                .store("postgres", () -> down.get() ? Future.failedFuture("gone") : Future.succeededFuture())
                .start());
        local.eventually(() -> state(platform) == Lease.State.READY);
        down.set(true);
        local.eventually(() -> state(platform) == Lease.State.NOT_READY);
        assertFalse(platform.health().ready());
        assertEquals("cannot reach postgres", platform.health().detail());
        down.set(false);
        local.eventually(() -> state(platform) == Lease.State.READY);
    }

    @Test
    void aDrainingInstanceFinishesWhatItHasBegunAndTakesNothingNew() {
        var platform = local.platform(Map.of("OMNIBUS_DRAIN_PATIENCE", "20s"));
        var greeter = local.greeter(platform);
        greeter.api().hold = Promise.promise();
        var underWay = local.platform.caller().call(greet("Ada").tryFor(10_000));
        local.eventually(() -> state(platform) == Lease.State.READY);
        var stopped = local.vertx.undeploy(greeter.deploymentID());
        local.eventually(() -> state(platform) != Lease.State.READY);
        local.eventually(() -> refusesNewCalls());
        assertFalse(stopped.isComplete());
        greeter.api().hold.complete(Answer.ok(Map.of("text", "late but good")));
        assertEquals(200, await(underWay).status());
        await(stopped);
        local.eventually(() -> local.platform.directory().entries("greeter").isEmpty());
    }

    private boolean refusesNewCalls() {
        try {
            return local.call(greet("Bob").tryFor(200)).status() == 503;
        } catch (Problem absent) {
            return absent.status() == 503;
        }
    }

    @Test
    void onlyAnInstanceThatIsOnTimeTakesSilenceForALostRegistration() {
        assertTrue(Instance.isLost(new ReplyException(ReplyFailure.NO_HANDLERS), 2_000));
        assertTrue(Instance.isLost(new ReplyException(ReplyFailure.TIMEOUT), 905));
        assertFalse(Instance.isLost(new ReplyException(ReplyFailure.TIMEOUT), 1_300), "it is behind with everything");
    }

    @Test
    void aFailingWarmUpDoesNotKeepAnInstanceFromServing() {
        var platform = local.platform(Map.of());
        await(greeterOn(platform).warmUp(() -> Future.failedFuture("cold")).start());
        assertTrue(platform.health().ready());
    }

    @Test
    void anApiThatDoesNotFitItsContractDoesNotStart() {
        var builder = Instance.of(local.platform, Contract.load("greeter"), new Object());
        assertThrows(IllegalStateException.class, () -> await(builder.start()));
    }
}
