-- How much of each SKU there is. The checks make oversell impossible, whatever the code does.
CREATE TABLE stock (
    sku                 text COLLATE "C" PRIMARY KEY,
    on_hand             integer     NOT NULL,
    reserved            integer     NOT NULL DEFAULT 0,
    low_stock_threshold integer     NOT NULL DEFAULT 5 CHECK (low_stock_threshold >= 0),
    version             bigint      NOT NULL DEFAULT 1,
    availability        text        NOT NULL GENERATED ALWAYS AS (
        CASE
            WHEN on_hand = reserved THEN 'OUT_OF_STOCK'
            WHEN on_hand - reserved <= low_stock_threshold THEN 'LOW_STOCK'
            ELSE 'IN_STOCK'
        END) STORED,
    CONSTRAINT stock_is_not_oversold CHECK (reserved >= 0 AND reserved <= on_hand)
) WITH (fillfactor = 50);  -- a hot row is rewritten in its own page

CREATE INDEX stock_running_low ON stock (sku) WHERE availability <> 'IN_STOCK';

-- What this service knows of an order. `epoch` is the highest of the saga's fencing numbers seen for it.
-- SHORT and CANCELLED hold nothing: the one repeats its answer, the other refuses a reserve that comes late.
CREATE TABLE reservation (
    order_id   uuid PRIMARY KEY,
    state      text        NOT NULL CHECK (state IN ('ACTIVE', 'COMMITTED', 'RELEASED', 'RESTOCKED', 'SHORT', 'CANCELLED')),
    epoch      bigint      NOT NULL,
    shortages  jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT only_a_short_order_has_shortages CHECK ((state = 'SHORT') = (shortages IS NOT NULL))
) WITH (fillfactor = 80);

-- What an order holds, summed per SKU; written once with the reservation.
CREATE TABLE reservation_line (
    order_id uuid             NOT NULL REFERENCES reservation,
    sku      text COLLATE "C" NOT NULL REFERENCES stock,
    quantity integer          NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (order_id, sku)
);

-- The ledger: every change of a stock row, numbered by the row's version it led to. Append-only.
CREATE TABLE movement (
    sku            text COLLATE "C" NOT NULL REFERENCES stock,
    version        bigint           NOT NULL,
    kind           text             NOT NULL
        CHECK (kind IN ('INITIAL', 'COUNTED', 'ADJUSTED', 'RESERVED', 'COMMITTED', 'RELEASED', 'RESTOCKED')),
    on_hand_delta  integer          NOT NULL,
    reserved_delta integer          NOT NULL,
    on_hand        integer          NOT NULL,
    reserved       integer          NOT NULL,
    order_id       uuid,
    reason         text,
    user_id        uuid,
    at             timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (sku, version),
    CONSTRAINT movement_names_its_cause CHECK ((kind IN ('RESERVED', 'COMMITTED', 'RELEASED', 'RESTOCKED')) = (order_id IS NOT NULL))
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END
$$;

CREATE TRIGGER movement_is_append_only BEFORE UPDATE OR DELETE ON movement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
