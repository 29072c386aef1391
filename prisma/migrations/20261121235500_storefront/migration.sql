-- The storefront: touches from pixel and embed, what ties them to orders, words for workflows, and what the privacy topics ask.
ALTER TABLE "order_state" ADD COLUMN "checkout_token" TEXT;
ALTER TABLE "order_state" ADD COLUMN "customer_hash" TEXT;
ALTER TABLE "order_state" ADD COLUMN "evidence" TEXT;
ALTER TABLE "order_state" ADD COLUMN "redacted_at" TIMESTAMPTZ(3);
CREATE INDEX "order_state_shop_checkout_token_idx" ON "order_state" ("shop", "checkout_token");
CREATE INDEX "order_state_shop_customer_hash_idx" ON "order_state" ("shop", "customer_hash");
ALTER TABLE "touch" ADD COLUMN "kind" TEXT NOT NULL DEFAULT 'click_id';
ALTER TABLE "touch" ADD COLUMN "parameter" TEXT;
ALTER TABLE "touch" ADD COLUMN "word" TEXT;
ALTER TABLE "touch" ADD COLUMN "source" TEXT NOT NULL DEFAULT 'pixel';
ALTER TABLE "touch" ADD COLUMN "key" TEXT;
ALTER TABLE "touch" ADD COLUMN "received_at" TIMESTAMPTZ(3);
CREATE UNIQUE INDEX "touch_shop_key_key" ON "touch" ("shop", "key");
CREATE INDEX "touch_shop_at_idx" ON "touch" ("shop", "at");
CREATE INDEX "touch_shop_click_id_idx" ON "touch" ("shop", "click_id");

CREATE TABLE "click_owner" (
    "shop" TEXT NOT NULL,
    "parameter" TEXT NOT NULL,
    "click_id" TEXT NOT NULL,
    "creator_id" TEXT,
    "program_id" TEXT,
    "partner_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'new',
    "asks_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "click_owner_pkey" PRIMARY KEY ("shop", "parameter", "click_id")
);
CREATE INDEX "click_owner_asks_at_idx" ON "click_owner" ("asks_at");

CREATE TABLE "order_click" (
    "shop" TEXT NOT NULL,
    "parameter" TEXT NOT NULL,
    "click_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    CONSTRAINT "order_click_pkey" PRIMARY KEY ("shop", "parameter", "click_id", "order_id")
);
CREATE INDEX "order_click_shop_order_id_idx" ON "order_click" ("shop", "order_id");

CREATE TABLE "visitor_tie" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "visitor" TEXT NOT NULL,
    "order_id" TEXT,
    "codes" JSONB,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "visitor_tie_pkey" PRIMARY KEY ("shop", "kind", "value", "visitor")
);
CREATE INDEX "visitor_tie_shop_visitor_idx" ON "visitor_tie" ("shop", "visitor");

CREATE TABLE "storefront" (
    "shop" TEXT NOT NULL,
    "parameters" JSONB NOT NULL DEFAULT '[]',
    "token_version" INTEGER NOT NULL DEFAULT 1,
    "pixel_id" TEXT,
    "settings" JSONB,
    "settings_at" TIMESTAMPTZ(3),
    "problem" TEXT,
    "next_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "pixel_seen_at" TIMESTAMPTZ(3),
    "embed_seen_at" TIMESTAMPTZ(3),
    CONSTRAINT "storefront_pkey" PRIMARY KEY ("shop")
);
CREATE INDEX "storefront_next_at_idx" ON "storefront" ("next_at");

CREATE TABLE "flow_word" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "handle" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_at" TIMESTAMPTZ(3),
    "tries" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "done_at" TIMESTAMPTZ(3),
    CONSTRAINT "flow_word_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "flow_word_next_at_idx" ON "flow_word" ("next_at");
CREATE UNIQUE INDEX "flow_word_shop_key_key" ON "flow_word" ("shop", "key");

CREATE TABLE "flow_run" (
    "shop" TEXT NOT NULL,
    "run_id" TEXT NOT NULL,
    "handle" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "request" JSONB NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "outcome" JSONB,
    CONSTRAINT "flow_run_pkey" PRIMARY KEY ("shop", "run_id")
);

CREATE TABLE "privacy_request" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "person" JSONB,
    "orders" JSONB,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "tries" INTEGER NOT NULL DEFAULT 0,
    "done_at" TIMESTAMPTZ(3),
    "result" JSONB,
    "file" BYTEA,
    "file_until" TIMESTAMPTZ(3),
    CONSTRAINT "privacy_request_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "privacy_request_state_due_at_idx" ON "privacy_request" ("state", "due_at");
