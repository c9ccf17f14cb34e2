package omnibus.chaos.check;

import static omnibus.chaos.check.Shop.set;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import omnibus.chaos.facts.Cursor;
import omnibus.chaos.facts.EventLog.Event;
import omnibus.chaos.facts.OrderFacts.Key;
import omnibus.chaos.facts.OrderFacts.Line;
import omnibus.chaos.facts.OrderFacts.SagaMove;
import omnibus.chaos.facts.OrderFacts.Shown;
import omnibus.chaos.facts.PaymentFacts.Call;
import omnibus.chaos.facts.PaymentFacts.Journal;
import omnibus.chaos.facts.PaymentFacts.Payment;
import omnibus.chaos.facts.PaymentFacts.Posting;
import omnibus.chaos.facts.PaymentFacts.Refund;
import omnibus.chaos.facts.ProviderFacts.Effect;
import omnibus.chaos.facts.ProviderFacts.Intent;
import omnibus.chaos.facts.ProviderFacts.Kind;
import omnibus.chaos.facts.StockFacts.Movement;
import omnibus.chaos.facts.StockFacts.Reservation;
import omnibus.chaos.history.Entry.Phase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A shop in which all is well, and in each test one thing that is not. */
class CheckerTest {
    private final Shop shop = Shop.withEveryEnd();

    private void assertFound(String invariant, Object subject) {
        var report = shop.check();
        var found = report.verdict(invariant).examples().stream()
                .anyMatch(violation -> violation.subject().equals(subject.toString()));
        assertTrue(found, invariant + " does not name " + subject + ":\n" + report.table());
    }

    private void assertHeld() {
        var report = shop.check();
        assertTrue(report.held(), report::table);
    }

    @Test
    void aShopThatKeepsItsPromisesIsFoundToKeepThem() {
        assertHeld();
    }

    @Test
    void whatWasNotCheckedIsNotSaidToHold() {
        var empty = new Shop();
        List.of(empty.stock, empty.movements, empty.stockEvents).forEach(List::clear);
        empty.cursors.add(new Cursor("cart", "order", "log", 0));
        var report = Checker.check(List.of(), empty.facts(), Sampled.none());
        assertFalse(report.held());
        assertFalse(report.violated());
        for (var verdict : report.verdicts()) {
            assertEquals(Verdict.Outcome.UNCHECKED, verdict.outcome(), verdict.id());
        }
    }

    @Nested
    class Money {
        @Test
        void aCaptureThatTheLedgerDoesNotKnow() {
            var order = shop.confirmed();
            var payment = shop.payment(order);
            shop.journals.removeIf(journal -> journal.paymentId().equals(payment.id()));
            assertFound("I1", order);
        }

        @Test
        void aCaptureAtTheProviderThatWeDoNotKnow() {
            var order = shop.expired();
            shop.effects.add(new Effect(shop.payment(order).providerRef(), order, Kind.CAPTURED, 500, "noon"));
            assertFound("I1", order);
        }

        @Test
        void aRefundAtTheProviderThatWeDoNotKnow() {
            var order = shop.confirmed();
            shop.effects.add(new Effect(shop.payment(order).providerRef(), order, Kind.REFUNDED, 1, "noon"));
            assertFound("I1", order);
        }

        @Test
        void aJournalThatDoesNotSumToZero() {
            var payment = shop.payment(shop.confirmed());
            shop.journals.add(new Journal(
                    UUID.randomUUID(),
                    payment.id(),
                    "refund:odd",
                    List.of(new Posting("refunds", 3), new Posting("provider", -2))));
            assertFound("I1", "refund:odd");
        }

        @Test
        void aJournalWithoutPostings() {
            var payment = shop.payment(shop.confirmed());
            shop.journals.add(new Journal(UUID.randomUUID(), payment.id(), "refund:empty", List.of()));
            assertFound("I1", "refund:empty");
        }

        @Test
        void moreRefundedThanWasCaptured() {
            var order = shop.cancelledAndRefunded();
            var payment = shop.payment(order);
            shop.refunds.add(new Refund(UUID.randomUUID(), payment.id(), 1, "SUCCEEDED", null));
            set(shop.payments, it -> it.orderId().equals(order), "refunded", payment.captured() + 1);
            assertFound("I1", order);
        }

        @Test
        void moreCapturedThanWasToBePaid() {
            var order = shop.confirmed();
            set(
                    shop.payments,
                    it -> it.orderId().equals(order),
                    "captured",
                    shop.order(order).total() + 1);
            assertFound("I1", order);
        }

        @Test
        void moneyKeptForAnOrderThatWasCancelled() {
            var order = shop.cancelledAndRefunded();
            set(shop.payments, it -> it.orderId().equals(order), "refunded", 1L);
            assertFound("I1", order);
        }

        @Test
        void anotherAmountToBePaidThanTheTotal() {
            var order = shop.declined();
            set(shop.payments, it -> it.orderId().equals(order), "amount", 1L);
            assertFound("I1", order);
        }

        @Test
        void aTotalThatIsNotTheSumOfItsLines() {
            var order = shop.soldOut();
            set(shop.orders, it -> it.id().equals(order), "lines", List.of(new Line("TEA", 99, 1)));
            assertFound("I1", order);
        }

        @Test
        void aSecondCaptureAtTheProvider() {
            var order = shop.confirmed();
            var ref = shop.payment(order).providerRef();
            shop.effects.add(new Effect(ref, order, Kind.CAPTURED, 1_000, "later"));
            assertFound("I2", order);
        }

        @Test
        void aSecondPaymentAtTheProviderThatWasCapturedToo() {
            var order = shop.confirmed();
            shop.intents.add(new Intent("pi_second", order, "succeeded", 1_000, 1_000, 0, "eur"));
            shop.effects.add(new Effect("pi_second", order, Kind.CAPTURED, 1_000, "later"));
            assertFound("I2", order);
        }

        @Test
        void aCaptureThatIsBookedTwice() {
            var order = shop.confirmed();
            var payment = shop.payment(order);
            shop.journals.add(new Journal(UUID.randomUUID(), payment.id(), "capture:again", List.of()));
            assertFound("I2", order);
        }

        @Test
        void anAuthorizationThatIsStillLiveInTheEnd() {
            var order = shop.expired();
            set(shop.intents, it -> order.equals(it.orderId()), "status", "requires_capture");
            assertFound("I2", order);
        }

        @Test
        void aPaymentThatStaysAuthorized() {
            var order = shop.expired();
            set(shop.payments, it -> it.orderId().equals(order), "status", "AUTHORIZED");
            assertFound("I2", order);
        }
    }

    @Nested
    class Units {
        @Test
        void aReservationThatLeaked() {
            var order = shop.declined();
            set(shop.reservations, it -> it.orderId().equals(order), "state", "ACTIVE");
            assertFound("I3", "MUG");
            assertFound("I8", order);
        }

        @Test
        void stockThatItsMovementsDoNotExplain() {
            set(shop.stock, it -> it.sku().equals("TEA"), "onHand", 2);
            assertFound("I3", "TEA");
        }

        @Test
        void aMovementThatIsMissing() {
            var order = shop.cancelledAndRefunded();
            shop.movements.removeIf(
                    it -> order.equals(it.orderId()) && it.kind().equals("RESTOCKED"));
            assertFound("I3", order);
            assertFound("I3", "MUG");
        }

        @Test
        void unitsThatWereReservedTwiceForOneOrder() {
            var order = shop.confirmed();
            var last = shop.movements.get(shop.movements.size() - 1);
            shop.movements.add(new Movement(
                    "MUG", last.version() + 1, "RESERVED", 0, 2, last.onHand(), last.reserved() + 2, order));
            assertFound("I3", order);
        }

        @Test
        void unitsThatMovedForNobody() {
            var nobody = UUID.randomUUID();
            shop.movements.add(new Movement("TEA", 99, "RESERVED", 0, 0, 3, 0, nobody));
            assertFound("I3", nobody);
        }

        @Test
        void stockThatIsOversold() {
            set(shop.stock, it -> it.sku().equals("TEA"), "reserved", 4);
            assertFound("I4", "TEA");
        }

        @Test
        void stockThatWasOversoldForAMoment() {
            shop.movements.add(new Movement("TEA", 98, "ADJUSTED", -4, 0, -1, 0, null));
            shop.movements.add(new Movement("TEA", 99, "ADJUSTED", 4, 0, 3, 0, null));
            assertFound("I4", "TEA");
        }

        @Test
        void moreSoldThanEverCameIn() {
            shop.movements.add(new Movement("TEA", 99, "COMMITTED", -4, 0, 0, 0, UUID.randomUUID()));
            assertFound("I4", "TEA");
        }

        @Test
        void whatWasSampledDuringTheRun() {
            var seen = new Violation("I4", "MUG", "0 <= reserved <= on hand", "41 reserved of 40");
            var report = Checker.check(shop.history, shop.facts(), new Sampled(7, 1, Map.of("I4", 14L), List.of(seen)));
            assertEquals(List.of(seen), report.verdict("I4").examples());
            assertTrue(report.table().contains("7 samples during the run, 1 missed"), report::table);
        }
    }

    @Nested
    class Orders {
        @Test
        void aSagaThatHasNotEnded() {
            var order = shop.confirmed();
            set(shop.sagas, it -> it.orderId().equals(order), "state", "RUNNING");
            assertFound("I5", order);
        }

        @Test
        void aCallToTheProviderWithoutAnAnswer() {
            var order = shop.confirmed();
            shop.calls.add(new Call(UUID.randomUUID(), order, "REFUND", order + ":refund", "OPEN"));
            assertFound("I5", order);
        }

        @Test
        void aPaymentThatIsStillUnderWay() {
            var order = shop.confirmed();
            set(shop.payments, it -> it.orderId().equals(order), "openStep", "CAPTURE");
            assertFound("I5", order);
        }

        @Test
        void anAcknowledgedOrderThatIsLost() {
            var order = shop.soldOut();
            shop.orders.removeIf(it -> it.id().equals(order));
            assertFound("I6", order);
        }

        @Test
        void anAcknowledgedOrderWhoseTotalChanged() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "total", 1L);
            assertFound("I6", order);
        }

        @Test
        void anAcknowledgedOrderWhoseLinesChanged() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "lines", List.of(new Line("TEA", 2, Shop.PRICE)));
            assertFound("I6", order);
        }

        @Test
        void anAcknowledgedOrderThatIsSomebodyElses() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "userId", UUID.randomUUID());
            assertFound("I6", order);
        }

        @Test
        void anOrderThatWasShownInTwoWays() {
            var order = shop.confirmed();
            var view = shop.view(order);
            view.withObject("total").put("amount", 1);
            shop.ask("order.getOrder", null, order, Phase.OK, 200, null, view);
            assertFound("I6", order);
        }

        @Test
        void anAcknowledgedCancelThatIsLost() {
            var order = shop.cancelledAtOnce();
            set(shop.orders, it -> it.id().equals(order), "status", "REJECTED");
            assertFound("I6", order);
        }

        @Test
        void aRefusedRequestThatHappenedAllTheSame() {
            var order = shop.confirmed();
            shop.history.removeIf(it -> shop.key(order).equals(it.key()));
            shop.ask("order.placeOrder", shop.key(order), null, Phase.REFUSED, 400, Shop.asked("MUG", 2), null);
            assertFound("I6", order);
        }

        @Test
        void anUnansweredRequestThatHappenedOnceIsAsItShouldBe() {
            var order = shop.confirmed();
            shop.history.removeIf(it -> shop.key(order).equals(it.key()));
            shop.ask("order.placeOrder", shop.key(order), null, Phase.UNKNOWN, 504, Shop.asked("MUG", 2), null);
            assertHeld();
        }

        @Test
        void anUnansweredRequestThatHappenedTwice() {
            var key = shop.unanswered();
            var first = shop.confirmed();
            var second = shop.confirmed();
            for (var order : List.of(first, second)) {
                shop.history.removeIf(it -> shop.key(order).equals(it.key()));
                set(shop.keys, it -> it.orderId().equals(order), "key", key);
            }
            assertFound("I7", "key " + key);
        }

        @Test
        void aSecondOrderOfARequestThatLeftNoKey() {
            var order = shop.confirmed();
            shop.keys.removeIf(it -> it.orderId().equals(order));
            assertFound("I6", order);
        }

        @Test
        void anOrderThatNobodyAskedFor() {
            var order = shop.confirmed();
            shop.history.removeIf(it -> shop.key(order).equals(it.key()));
            assertFound("I6", order);
        }

        @Test
        void anOrderOfOtherThingsThanWereAskedFor() {
            var order = shop.confirmed();
            shop.history.removeIf(it -> shop.key(order).equals(it.key()));
            shop.ask("order.placeOrder", shop.key(order), null, Phase.UNKNOWN, 0, Shop.asked("MUG", 3), null);
            assertFound("I6", order);
        }

        @Test
        void oneKeyThatIsAnsweredWithTwoOrders() {
            var first = shop.confirmed();
            var second = shop.confirmed();
            shop.ask(
                    "order.placeOrder",
                    shop.key(first),
                    second,
                    Phase.OK,
                    201,
                    Shop.asked("MUG", 2),
                    shop.view(second));
            assertFound("I7", "key " + shop.key(first));
        }

        @Test
        void oneKeyThatIsAnsweredInTwoWays() {
            var order = shop.confirmed();
            shop.ask("order.placeOrder", shop.key(order), order, Phase.OK, 200, Shop.asked("MUG", 2), shop.view(order));
            assertFound("I7", "key " + shop.key(order));
        }

        @Test
        void oneKeyThatMadeTwoOrders() {
            var key = shop.key(shop.confirmed());
            shop.keys.add(new Key(shop.user, key, shop.confirmed()));
            assertFound("I7", "key " + key);
        }

        @Test
        void anAnsweredKeyThatIsForgotten() {
            var order = shop.confirmed();
            var key = shop.key(order);
            shop.keys.removeIf(it -> it.key().equals(key));
            assertFound("I7", "key " + key);
        }

        @Test
        void aRepeatThatIsTakenForAnotherRequest() {
            var key = shop.key(shop.confirmed());
            shop.ask("order.placeOrder", key, null, Phase.REFUSED, 422, Shop.asked("MUG", 2), null);
            assertFound("I7", "key " + key);
        }

        @Test
        void aRepeatWithTheSameAnswerIsAsItShouldBe() {
            var order = shop.confirmed();
            shop.ask("order.placeOrder", shop.key(order), null, Phase.REFUSED, 409, Shop.asked("MUG", 2), null);
            shop.ask("order.placeOrder", shop.key(order), order, Phase.OK, 201, Shop.asked("MUG", 2), shop.view(order));
            assertHeld();
        }
    }

    @Nested
    class Together {
        @Test
        void confirmedWithoutACapture() {
            var order = shop.confirmed();
            set(shop.payments, it -> it.orderId().equals(order), "status", "AUTHORIZED");
            assertFound("I8", order);
        }

        @Test
        void confirmedWithoutAPayment() {
            var order = shop.confirmed();
            shop.payments.removeIf(it -> it.orderId().equals(order));
            assertFound("I8", order);
            assertFound("I1", order);
        }

        @Test
        void confirmedWithoutItsStockCommitted() {
            var order = shop.confirmed();
            set(shop.reservations, it -> it.orderId().equals(order), "state", "ACTIVE");
            assertFound("I8", order);
        }

        @Test
        void confirmedWithFewerUnitsThanOrdered() {
            var order = shop.confirmed();
            set(shop.reservations, it -> it.orderId().equals(order), "lines", Map.of("MUG", 1));
            assertFound("I8", order);
        }

        @Test
        void rejectedWithAnActiveReservation() {
            var order = shop.expired();
            set(shop.reservations, it -> it.orderId().equals(order), "state", "ACTIVE");
            assertFound("I8", order);
        }

        @Test
        void cancelledWithAPaymentInForce() {
            var order = shop.cancelledAndRefunded();
            set(shop.payments, it -> it.orderId().equals(order), "status", "CAPTURED");
            assertFound("I8", order);
        }

        @Test
        void aStatusThatItsSagaDoesNotKnow() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "status", "CANCELLED");
            assertFound("I8", order);
        }

        @Test
        void aPaymentWithoutAnOrder() {
            var nobody = UUID.randomUUID();
            shop.payments.add(new Payment(
                    UUID.randomUUID(), nobody, shop.user, 1, "EUR", 0, 0, 0, "DECLINED", null, null, null, 1));
            assertFound("I8", nobody);
        }

        @Test
        void aReservationWithoutAnOrder() {
            var nobody = UUID.randomUUID();
            shop.reservations.add(new Reservation(nobody, "CANCELLED", 1, Map.of()));
            assertFound("I8", nobody);
        }

        @Test
        void aPaymentAtTheProviderThatIsNoOrders() {
            shop.intents.add(new Intent("pi_stray", null, "succeeded", 1, 1, 0, "eur"));
            assertFound("I8", "pi_stray");
        }

        @Test
        void aRefundOfNoPayment() {
            var refund = UUID.randomUUID();
            shop.refunds.add(new Refund(refund, UUID.randomUUID(), 1, "SUCCEEDED", null));
            assertFound("I8", refund);
        }

        @Test
        void anOrderWithoutASaga() {
            var order = shop.confirmed();
            shop.sagas.removeIf(it -> it.orderId().equals(order));
            assertFound("I8", order);
        }
    }

    @Nested
    class Events {
        @Test
        void aPositionThatIsUsedTwice() {
            var order = shop.confirmed();
            var last = shop.orderEvents.get(shop.orderEvents.size() - 1);
            set(shop.orderEvents, it -> it == last, "position", 1L);
            assertFound("I9", order);
        }

        @Test
        void aPositionThatIsLeftOut() {
            set(shop.orderEvents, it -> it.position() == shop.orderEvents.size(), "position", 1_000L);
            assertFound("I9", "log of order");
        }

        @Test
        void anEventThatNoFollowerCanHaveSeen() {
            var order = shop.confirmed();
            var last = shop.orderEvents.get(shop.orderEvents.size() - 1);
            set(shop.orderEvents, it -> it == last, "position", 0L);
            assertFound("I9", order);
        }

        @Test
        void anOrderThatWasNeverToldOf() {
            var order = shop.confirmed();
            shop.orderEvents.removeIf(
                    it -> it.aggregate().equals(order.toString()) && it.type().equals("OrderPlaced"));
            assertFound("I9", order);
        }

        @Test
        void anOrderThatWasToldOfTwice() {
            var order = shop.soldOut();
            shop.orderEvents.add(
                    new Event(shop.orderEvents.size() + 1L, "OrderPlaced", order.toString(), 9, null, null, Map.of()));
            assertFound("I9", order);
        }

        @Test
        void aChangeThatWasNotTold() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "status", "SHIPPED");
            assertFound("I9", order);
        }

        @Test
        void anEventOfNoOrder() {
            var nobody = UUID.randomUUID().toString();
            shop.orderEvents.add(
                    new Event(shop.orderEvents.size() + 1L, "OrderPlaced", nobody, 1, null, null, Map.of("total", 1L)));
            assertFound("I9", nobody);
        }

        @Test
        void aPaymentThatItsOrderShowsOtherwise() {
            var order = shop.confirmed();
            set(shop.orders, it -> it.id().equals(order), "paymentStatus", "AUTHORIZED");
            assertFound("I9", order);
        }

        @Test
        void aPaymentThatItsOrderDoesNotShow() {
            var order = shop.expired();
            set(shop.orders, it -> it.id().equals(order), "paymentStatus", null);
            assertFound("I9", order);
        }

        @Test
        void aPaymentThatWasToldOtherwise() {
            var order = shop.confirmed();
            var last = shop.paymentEvents.get(shop.paymentEvents.size() - 1);
            set(shop.paymentEvents, it -> it == last, "status", "AUTHORIZED");
            assertFound("I9", order);
        }

        @Test
        void anAvailabilityThatWasNotTold() {
            set(shop.stock, it -> it.sku().equals("MUG"), "availability", "LOW_STOCK");
            assertFound("I9", "MUG");
        }

        @Test
        void aFollowerThatHasNotReadEverything() {
            shop.cursors.add(new Cursor("order", "payment", "log-of-payment", 1));
            assertFound("I9", "order in the log of payment");
        }
    }

    @Nested
    class Sagas {
        private UUID written(long epoch, String from, String to, String owner) {
            var order = shop.confirmed();
            shop.sagaLog.add(new SagaMove(order, epoch, from, to, owner));
            return order;
        }

        @Test
        void aWayThatIsNotDrawn() {
            assertFound("I10", written(2, "CONFIRMED", "RESERVE", "order-2"));
        }

        @Test
        void aStepThatGoesOnFromElsewhere() {
            assertFound("I10", written(2, "VOID", "RELEASE", "order-2"));
        }

        @Test
        void aFinishedSagaThatIsClaimedLikeOneUnderWay() {
            assertFound("I10", written(2, "CONFIRMED", "CONFIRMED", "order-2"));
        }

        @Test
        void anEpochThatFalls() {
            assertFound("I10", written(0, "CONFIRMED", "VOID", "order-2"));
        }

        @Test
        void twoInstancesInOneEpoch() {
            assertFound("I10", written(1, "CONFIRMED", "VOID", "order-2"));
        }

        @Test
        void aSagaThatIsNotWhereItsLogSays() {
            var order = shop.confirmed();
            set(shop.sagas, it -> it.orderId().equals(order), "step", "CLOSED");
            assertFound("I10", order);
        }

        @Test
        void aSagaThatDoesNotBeginAtItsBeginning() {
            var order = shop.confirmed();
            shop.sagaLog.removeIf(it -> it.orderId().equals(order) && it.from() == null);
            assertFound("I10", order);
        }

        @Test
        void aSagaWithoutALog() {
            var order = shop.confirmed();
            shop.sagaLog.removeIf(it -> it.orderId().equals(order));
            assertFound("I10", order);
        }
    }

    @Nested
    class Looks {
        @Test
        void anOrderThatGoesBackBeforeItsOwnersEyes() {
            var order = shop.confirmed();
            shop.looks(order);
            var earlier = shop.view(order).put("status", "RESERVED");
            shop.ask("order.getOrder", null, order, Phase.OK, 200, null, earlier);
            assertFound("I11", order);
        }

        @Test
        void aPaymentThatGoesBack() {
            var order = shop.confirmed();
            shop.looks(order);
            var earlier = shop.view(order);
            earlier.withObject("payment").put("status", "AUTHORIZED");
            shop.ask("order.getOrder", null, order, Phase.OK, 200, null, earlier);
            assertFound("I11", order);
        }

        @Test
        void anOrderThatIsGoneWhenItsOwnerLooksAgain() {
            var order = shop.confirmed();
            shop.looks(order);
            shop.ask("order.getOrder", null, order, Phase.REFUSED, 404, null, null);
            assertFound("I11", order);
        }

        @Test
        void anOrderThatEndsBeforeWhatWasSeen() {
            var order = shop.delivered();
            shop.looks(order);
            set(shop.orders, it -> it.id().equals(order), "status", "SHIPPED");
            assertFound("I11", order);
        }

        @Test
        void aTimelineThatGoesBack() {
            var order = shop.soldOut();
            var entries = List.of(new Shown(1, "CONFIRMED", Instant.EPOCH), new Shown(2, "RESERVED", Instant.EPOCH));
            set(shop.orders, it -> it.id().equals(order), "timeline", entries);
            assertFound("I11", order);
        }

        @Test
        void anEarlierViewIsFineWhenItWasAskedForBefore() {
            var order = shop.confirmed();
            shop.invoke("slow", "order.getOrder", null, order, null);
            var earlier = shop.view(order).put("status", "RESERVED");
            shop.looks(order);
            shop.answer("slow", "order.getOrder", null, order, Phase.OK, 200, earlier);
            assertHeld();
        }
    }

    @Test
    void anOrderThatWaitsForAPersonMayHoldWhatItHolds() {
        var order = shop.waitingForAPerson();
        var report = shop.check();
        assertTrue(report.held(), report::table);
        assertEquals(2, report.reviews());
        assertTrue(shop.saga(order).inReview());
    }
}
