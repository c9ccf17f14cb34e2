package omnibus.order.model;

/** The steps of {@link OrderSaga}, whose table says what each of them means. */
public enum Step {
    RESERVE(Saga.State.RUNNING),
    AUTHORIZE(Saga.State.RUNNING),
    COMMIT(Saga.State.RUNNING),
    CAPTURE(Saga.State.RUNNING),
    CONFIRMED(Saga.State.DONE),
    VOID(Saga.State.UNWINDING),
    RELEASE(Saga.State.UNWINDING),
    CLOSED(Saga.State.DONE);

    private final Saga.State state;

    Step(Saga.State state) {
        this.state = state;
    }

    /** The state of a saga at this step, unless it waits for a person. */
    public Saga.State state() {
        return state;
    }
}
