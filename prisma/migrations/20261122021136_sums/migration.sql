-- Daily sums of what was credited, so that Home and the lists need not go through the ledger. Settling only adds rows to sum_change; a loop adds them up.
CREATE TABLE "sum_change" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "order_id" TEXT NOT NULL,
    "order_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "code_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "back" BIGINT NOT NULL,
    "orders" INTEGER NOT NULL,
    "code_orders" INTEGER NOT NULL,
    "creator_orders" INTEGER NOT NULL,
    CONSTRAINT "sum_change_pkey" PRIMARY KEY ("shop", "id")
);
-- It is filled and emptied all the time: it is tidied by how much was taken away, whatever its size.
ALTER TABLE "sum_change" SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0, autovacuum_vacuum_insert_threshold = 100000);

CREATE TABLE "sum_day" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "orders" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    "back" BIGINT NOT NULL,
    CONSTRAINT "sum_day_pkey" PRIMARY KEY ("shop", "kind", "id", "day")
);
CREATE INDEX "sum_day_shop_kind_day_idx" ON "sum_day" ("shop", "kind", "day");

CREATE TABLE "sum_period" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "id" TEXT NOT NULL,
    "orders" INTEGER NOT NULL,
    "amount" BIGINT NOT NULL,
    CONSTRAINT "sum_period_pkey" PRIMARY KEY ("shop", "kind", "days", "id")
);
CREATE INDEX "sum_period_shop_kind_days_amount_id_idx" ON "sum_period" ("shop", "kind", "days", "amount" DESC, "id");

CREATE TABLE "sum_state" (
    "shop" TEXT NOT NULL,
    "zone" TEXT NOT NULL,
    "day" DATE,
    "rules" TEXT NOT NULL DEFAULT '',
    "cursor" TEXT NOT NULL DEFAULT '',
    "orders" INTEGER NOT NULL DEFAULT 0,
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "built_at" TIMESTAMPTZ(3),
    CONSTRAINT "sum_state_pkey" PRIMARY KEY ("shop")
);
