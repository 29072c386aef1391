
-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL DEFAULT false,
    "scope" TEXT,
    "expires" TIMESTAMP(3),
    "accessToken" TEXT NOT NULL,
    "userId" BIGINT,
    "firstName" TEXT,
    "lastName" TEXT,
    "email" TEXT,
    "accountOwner" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "collaborator" BOOLEAN DEFAULT false,
    "emailVerified" BOOLEAN DEFAULT false,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMP(3),

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shop" (
    "shop" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "currency" TEXT NOT NULL DEFAULT '',
    "timezone" TEXT NOT NULL DEFAULT 'UTC',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "uninstalled_at" TIMESTAMPTZ(3),
    "swept_at" TIMESTAMPTZ(3),
    "sweep_tried_at" TIMESTAMPTZ(3),

    CONSTRAINT "shop_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "shop_rule" (
    "shop" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "stacking_rule" TEXT NOT NULL,

    CONSTRAINT "shop_rule_pkey" PRIMARY KEY ("shop","valid_from")
);

-- CreateTable
CREATE TABLE "network_connection" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "network" TEXT NOT NULL,
    "account_sid" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "token" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT,
    "checked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "network_connection_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "program" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "connection_id" TEXT,
    "network" TEXT NOT NULL,
    "external_id" TEXT,
    "event_type_id" TEXT,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'active',
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "program_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "program_rule" (
    "shop" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "mode" TEXT NOT NULL,
    "credit_on" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "click_window_days" INTEGER NOT NULL,
    "block_self_referral" BOOLEAN NOT NULL,
    "order_id_form" TEXT NOT NULL DEFAULT 'id',

    CONSTRAINT "program_rule_pkey" PRIMARY KEY ("shop","program_id","valid_from")
);

-- CreateTable
CREATE TABLE "creator" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT,
    "handle" TEXT,
    "position" SERIAL NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "creator_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "membership" (
    "shop" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "joined_at" TIMESTAMPTZ(3) NOT NULL,
    "left_at" TIMESTAMPTZ(3),
    "partner_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'joined',
    "read_at" TIMESTAMPTZ(3),

    CONSTRAINT "membership_pkey" PRIMARY KEY ("shop","program_id","creator_id","joined_at")
);

-- CreateTable
CREATE TABLE "deal" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "program_id" TEXT,
    "terms" JSONB NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),
    "reserve_code" TEXT NOT NULL,
    "store_id" TEXT,
    "store_state" TEXT NOT NULL DEFAULT 'waiting',
    "store_problem" TEXT,
    "store_read_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deal_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "deal_placement" (
    "shop" TEXT NOT NULL,
    "deal_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "external_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "problem" TEXT,
    "read_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "deal_placement_pkey" PRIMARY KEY ("shop","deal_id","program_id")
);

-- CreateTable
CREATE TABLE "code" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "position" SERIAL NOT NULL,
    "code" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "match" TEXT NOT NULL,
    "deal_id" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "code_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "code_term" (
    "shop" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "creator_id" TEXT,
    "program_id" TEXT NOT NULL,
    "credit_policy" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),

    CONSTRAINT "code_term_pkey" PRIMARY KEY ("shop","code_id","valid_from")
);

-- CreateTable
CREATE TABLE "code_placement" (
    "shop" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "partner_id" TEXT,
    "external_id" TEXT,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "problem" TEXT,
    "asked_at" TIMESTAMPTZ(3),
    "job_id" TEXT,
    "read_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "code_placement_pkey" PRIMARY KEY ("shop","code_id","target")
);

-- CreateTable
CREATE TABLE "delivery" (
    "shop" TEXT NOT NULL,
    "webhook_id" TEXT NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "topic" TEXT NOT NULL,
    "event_id" TEXT,
    "triggered_ns" BIGINT,
    "updated_ns" BIGINT,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "order_id" TEXT,
    "facts" JSONB,
    "body_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'new',
    "reason" TEXT,
    "done_at" TIMESTAMPTZ(3),

    CONSTRAINT "delivery_pkey" PRIMARY KEY ("shop","webhook_id")
);

-- CreateTable
CREATE TABLE "order_state" (
    "shop" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "name" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3),
    "updated_ns" BIGINT,
    "triggered_ns" BIGINT,
    "reader_version" INTEGER NOT NULL DEFAULT 0,
    "facts" JSONB,
    "facts_hash" TEXT,
    "ever_paid" BOOLEAN NOT NULL DEFAULT false,
    "deleted_at" TIMESTAMPTZ(3),
    "unreadable" TEXT,
    "outcome" TEXT,
    "reason" TEXT,
    "currency" TEXT,
    "credited" BIGINT NOT NULL DEFAULT 0,
    "visitor" TEXT,
    "fetch_at" TIMESTAMPTZ(3),
    "fetch_why" TEXT,
    "fetch_tries" INTEGER NOT NULL DEFAULT 0,
    "settled_at" TIMESTAMPTZ(3),
    "cause" TEXT,
    "cause_hash" TEXT,

    CONSTRAINT "order_state_pkey" PRIMARY KEY ("shop","order_id")
);

-- CreateTable
CREATE TABLE "touch" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "visitor" TEXT NOT NULL,
    "creator_id" TEXT,
    "click_id" TEXT,

    CONSTRAINT "touch_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "decision" (
    "shop" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT,
    "creator_id" TEXT,
    "program_id" TEXT,
    "place" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "decision_pkey" PRIMARY KEY ("shop","order_id","code_id")
);

-- CreateTable
CREATE TABLE "ledger_entry" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "order_id" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "line_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "amount" BIGINT NOT NULL,
    "currency" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "cause_hash" TEXT,
    "updated_ns" BIGINT,
    "triggered_ns" BIGINT,
    "rules" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ledger_entry_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "conversion" (
    "shop" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "network_order_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "partner_id" TEXT,
    "told_code" TEXT,
    "click_id" TEXT,
    "currency" TEXT NOT NULL,
    "event_at" TIMESTAMPTZ(3) NOT NULL,
    "target" JSONB NOT NULL,
    "sent" JSONB,
    "state" TEXT NOT NULL,
    "op" TEXT,
    "op_items" JSONB,
    "op_at" TIMESTAMPTZ(3),
    "submission_id" TEXT,
    "action_id" TEXT,
    "lock_at" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    "problem_detail" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "conversion_pkey" PRIMARY KEY ("shop","order_id","n")
);

-- CreateTable
CREATE TABLE "exchange" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "connection_id" TEXT,
    "about" TEXT NOT NULL,
    "about_id" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "request" JSONB,
    "status" INTEGER,
    "answer" JSONB,
    "outcome" TEXT NOT NULL,

    CONSTRAINT "exchange_pkey" PRIMARY KEY ("shop","id")
);

-- CreateTable
CREATE TABLE "rate_budget" (
    "account" TEXT NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "limit" INTEGER NOT NULL,
    "used" INTEGER NOT NULL,

    CONSTRAINT "rate_budget_pkey" PRIMARY KEY ("account")
);

-- CreateTable
CREATE TABLE "unknown_topic" (
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "count" BIGINT NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "unknown_topic_pkey" PRIMARY KEY ("shop","topic")
);

-- CreateTable
CREATE TABLE "shop_log" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "who" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "detail" JSONB NOT NULL,

    CONSTRAINT "shop_log_pkey" PRIMARY KEY ("shop","id")
);

-- CreateIndex
CREATE INDEX "Session_shop_idx" ON "Session"("shop");

-- CreateIndex
CREATE UNIQUE INDEX "network_connection_shop_network_account_sid_key" ON "network_connection"("shop", "network", "account_sid");

-- CreateIndex
CREATE INDEX "membership_shop_creator_id_idx" ON "membership"("shop", "creator_id");

-- CreateIndex
CREATE INDEX "code_shop_key_idx" ON "code"("shop", "key");

-- CreateIndex
CREATE INDEX "code_placement_state_next_at_idx" ON "code_placement"("state", "next_at");

-- CreateIndex
CREATE INDEX "delivery_shop_order_id_seq_idx" ON "delivery"("shop", "order_id", "seq");

-- CreateIndex
CREATE INDEX "order_state_shop_created_at_idx" ON "order_state"("shop", "created_at");

-- CreateIndex
CREATE INDEX "order_state_shop_visitor_idx" ON "order_state"("shop", "visitor");

-- CreateIndex
CREATE INDEX "touch_shop_visitor_at_idx" ON "touch"("shop", "visitor", "at");

-- CreateIndex
CREATE INDEX "decision_shop_code_id_idx" ON "decision"("shop", "code_id");

-- CreateIndex
CREATE INDEX "ledger_entry_shop_order_id_idx" ON "ledger_entry"("shop", "order_id");

-- CreateIndex
CREATE INDEX "ledger_entry_shop_at_idx" ON "ledger_entry"("shop", "at");

-- CreateIndex
CREATE INDEX "ledger_entry_shop_creator_id_at_idx" ON "ledger_entry"("shop", "creator_id", "at");

-- CreateIndex
CREATE INDEX "ledger_entry_shop_code_id_idx" ON "ledger_entry"("shop", "code_id");

-- CreateIndex
CREATE INDEX "exchange_shop_about_about_id_idx" ON "exchange"("shop", "about", "about_id");


-- What follows Prisma's schema language cannot say.

-- The ledger is append-only, whoever asks.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
'BEGIN RAISE EXCEPTION ''the ledger is append-only: % is refused'', TG_OP USING ERRCODE = ''raise_exception''; END';
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON "ledger_entry"
  FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_entry_no_truncate BEFORE TRUNCATE ON "ledger_entry"
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

-- Among a shop's exact codes in force a key occurs once (rules, section 2).
CREATE UNIQUE INDEX "code_exact_key_in_force" ON "code"("shop", "key") WHERE "match" = 'exact' AND "retired_at" IS NULL;

-- The loops look only at what is waiting.
CREATE INDEX "delivery_waiting" ON "delivery"("seq") WHERE "state" = 'new';
CREATE INDEX "delivery_unreadable" ON "delivery"("shop", "received_at") WHERE "state" = 'unreadable';
CREATE INDEX "order_state_fetch_due" ON "order_state"("fetch_at") WHERE "fetch_at" IS NOT NULL;
CREATE INDEX "conversion_due" ON "conversion"("next_at") WHERE "next_at" IS NOT NULL;
CREATE INDEX "code_regex" ON "code"("shop") WHERE "match" = 'regex';
CREATE INDEX "conversion_creating" ON "conversion"("shop", "program_id") WHERE "op" = 'create';
