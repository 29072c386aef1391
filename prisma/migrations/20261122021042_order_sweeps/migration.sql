-- Sweeps of orders as rows, and the gaps that they find.

CREATE TABLE "order_sweep" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "why" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "kind" TEXT NOT NULL DEFAULT 'pages',
    "since" TIMESTAMPTZ(3) NOT NULL,
    "newest" TIMESTAMPTZ(3),
    "cursor" TEXT,
    "bulk_id" TEXT,
    "bulk_at" TIMESTAMPTZ(3),
    "changed" INTEGER,
    "seen" INTEGER NOT NULL DEFAULT 0,
    "asked" INTEGER NOT NULL DEFAULT 0,
    "missed" INTEGER NOT NULL DEFAULT 0,
    "closed" INTEGER NOT NULL DEFAULT 0,
    "gap_id" BIGINT,
    "cut_at" TIMESTAMPTZ(3),
    "problem" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "lease" TIMESTAMPTZ(3),
    "begun_at" TIMESTAMPTZ(3) NOT NULL,
    "done_at" TIMESTAMPTZ(3),
    CONSTRAINT "order_sweep_pkey" PRIMARY KEY ("shop", "id")
);

CREATE TABLE "delivery_gap" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "cause" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "orders" INTEGER NOT NULL DEFAULT 0,
    "kind" TEXT NOT NULL DEFAULT 'pages',
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "filled_at" TIMESTAMPTZ(3),
    "cut_at" TIMESTAMPTZ(3),
    CONSTRAINT "delivery_gap_pkey" PRIMARY KEY ("shop", "id")
);

CREATE TABLE "gap_order" (
    "shop" TEXT NOT NULL,
    "gap_id" BIGINT NOT NULL,
    "order_id" TEXT NOT NULL,
    "updated_ns" BIGINT NOT NULL,
    CONSTRAINT "gap_order_pkey" PRIMARY KEY ("shop", "gap_id", "order_id")
);

CREATE TABLE "delivery_watch" (
    "shop" TEXT NOT NULL,
    "heard_at" TIMESTAMPTZ(3),
    "unheard" INTEGER NOT NULL DEFAULT 0,
    "hooks" JSONB NOT NULL DEFAULT '[]',
    "hooks_at" TIMESTAMPTZ(3),
    "made_at" TIMESTAMPTZ(3),
    CONSTRAINT "delivery_watch_pkey" PRIMARY KEY ("shop")
);

CREATE UNIQUE INDEX "order_sweep_open" ON "order_sweep" ("shop") WHERE "done_at" IS NULL;
CREATE INDEX "delivery_gap_open" ON "delivery_gap" ("shop", "id") WHERE "filled_at" IS NULL;
