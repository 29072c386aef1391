-- Store, app and network of a period set side by side: runs, what the store says while one runs, and what differs.

CREATE TABLE "reconciliation" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "read_networks" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL,
    "stage" TEXT NOT NULL DEFAULT 'store',
    "problem" TEXT,
    "cursor" TEXT,
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "summary" JSONB NOT NULL DEFAULT '{}',
    "who" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "begun_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "lease_at" TIMESTAMPTZ(3),
    CONSTRAINT "reconciliation_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "reconciliation_state_created_at_idx" ON "reconciliation" ("state", "created_at");

CREATE TABLE "reconciliation_order" (
    "shop" TEXT NOT NULL,
    "reconciliation_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "store" JSONB,
    CONSTRAINT "reconciliation_order_pkey" PRIMARY KEY ("shop", "reconciliation_id", "order_id")
);

CREATE TABLE "reconciliation_difference" (
    "shop" TEXT NOT NULL,
    "reconciliation_id" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "cause" TEXT NOT NULL,
    "order_id" TEXT NOT NULL DEFAULT '',
    "order_name" TEXT NOT NULL DEFAULT '',
    "order_at" TIMESTAMPTZ(3),
    "n" INTEGER,
    "program_id" TEXT,
    "action_id" TEXT,
    "creator_id" TEXT,
    "currency" TEXT,
    "here" BIGINT,
    "there" BIGINT,
    "detail" JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT "reconciliation_difference_pkey" PRIMARY KEY ("shop", "reconciliation_id", "id")
);
CREATE INDEX "reconciliation_difference_shop_reconciliation_id_cause_id_idx" ON "reconciliation_difference" ("shop", "reconciliation_id", "cause", "id");
