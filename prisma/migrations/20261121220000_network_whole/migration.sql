-- What the network has, whole: actions as read back, contracts, requests for codes, verdicts, what became of each request, and the budget by kind.
ALTER TABLE "network_connection" ADD COLUMN "permissions" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "network_connection" ADD COLUMN "read_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "next_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "attempts" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "network_connection" ADD COLUMN "postback" TEXT NOT NULL DEFAULT '';
ALTER TABLE "network_connection" ADD COLUMN "postback_at" TIMESTAMPTZ(3);
ALTER TABLE "program" ADD COLUMN "event_types" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "program" ADD COLUMN "takes_codes" BOOLEAN NOT NULL DEFAULT true;
ALTER TABLE "program" ADD COLUMN "pair_id" TEXT;
ALTER TABLE "program" ADD COLUMN "media_source_id" TEXT;
ALTER TABLE "program" ADD COLUMN "media_source_name" TEXT;
ALTER TABLE "program" ADD COLUMN "actions_to" TIMESTAMPTZ(3);
ALTER TABLE "program" ADD COLUMN "actions_at" TIMESTAMPTZ(3);
ALTER TABLE "program" ADD COLUMN "actions_problem" TEXT;
ALTER TABLE "program_rule" ADD COLUMN "clicks" TEXT NOT NULL DEFAULT 'own';
ALTER TABLE "program_rule" ADD COLUMN "email_hash" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "membership" ADD COLUMN "contact_name" TEXT NOT NULL DEFAULT '';
ALTER TABLE "membership" ADD COLUMN "contact_email" TEXT NOT NULL DEFAULT '';
ALTER TABLE "membership" ADD COLUMN "ends_at" TIMESTAMPTZ(3);
ALTER TABLE "code" ADD COLUMN "comments" TEXT NOT NULL DEFAULT '';
ALTER TABLE "code" ADD COLUMN "send_to" TEXT NOT NULL DEFAULT '';
ALTER TABLE "code_placement" ADD COLUMN "holder" TEXT NOT NULL DEFAULT 'partner';
ALTER TABLE "code_placement" ADD COLUMN "steps" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "conversion" ADD COLUMN "awaiting" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "conversion" ADD COLUMN "buyer" JSONB NOT NULL DEFAULT '{}';
ALTER TABLE "conversion" ADD COLUMN "reason" TEXT;
ALTER TABLE "conversion" ADD COLUMN "event_there" TIMESTAMPTZ(3);
CREATE INDEX "exchange_shop_at_idx" ON "exchange" ("shop", "at");

CREATE TABLE "report_end" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "order_id" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "program_id" TEXT NOT NULL,
    "connection_id" TEXT,
    "op" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "errors" TEXT[] DEFAULT ARRAY[]::TEXT[],
    CONSTRAINT "report_end_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "report_end_shop_ended_at_idx" ON "report_end" ("shop", "ended_at");

CREATE TABLE "network_verdict" (
    "shop" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "reason" TEXT,
    "action_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "network_verdict_pkey" PRIMARY KEY ("shop", "order_id", "code_id")
);

CREATE TABLE "network_action" (
    "shop" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "action_id" TEXT NOT NULL,
    "order_ref" TEXT NOT NULL DEFAULT '',
    "order_id" TEXT,
    "n" INTEGER,
    "event_type_id" TEXT NOT NULL DEFAULT '',
    "partner_id" TEXT NOT NULL DEFAULT '',
    "partner_name" TEXT NOT NULL DEFAULT '',
    "code" TEXT,
    "state" TEXT NOT NULL DEFAULT 'unread',
    "currency" TEXT NOT NULL DEFAULT '',
    "amount" BIGINT,
    "payout" BIGINT,
    "event_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3),
    "lock_at" TIMESTAMPTZ(3),
    "seen" JSONB NOT NULL DEFAULT '{}',
    "read_at" TIMESTAMPTZ(3),
    "wanted_at" TIMESTAMPTZ(3),
    "problem" TEXT,
    "problem_at" TIMESTAMPTZ(3),
    "repair" TEXT,
    "repair_at" TIMESTAMPTZ(3),
    CONSTRAINT "network_action_pkey" PRIMARY KEY ("shop", "program_id", "action_id")
);
CREATE INDEX "network_action_shop_order_id_idx" ON "network_action" ("shop", "order_id");
CREATE INDEX "network_action_shop_order_ref_idx" ON "network_action" ("shop", "order_ref");

CREATE TABLE "contract" (
    "shop" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "contract_id" TEXT NOT NULL,
    "partner_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "name" TEXT NOT NULL DEFAULT '',
    "payouts" JSONB NOT NULL DEFAULT '[]',
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "contract_pkey" PRIMARY KEY ("shop", "program_id", "contract_id")
);
CREATE INDEX "contract_shop_program_id_partner_id_idx" ON "contract" ("shop", "program_id", "partner_id");

CREATE TABLE "code_request" (
    "shop" TEXT NOT NULL,
    "connection_id" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "program_id" TEXT,
    "program_external_id" TEXT NOT NULL DEFAULT '',
    "partner_id" TEXT NOT NULL,
    "partner_name" TEXT NOT NULL DEFAULT '',
    "creator_id" TEXT,
    "asked" TEXT NOT NULL DEFAULT '',
    "note" TEXT NOT NULL DEFAULT '',
    "deal_external_id" TEXT,
    "state" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3),
    "needed_at" TIMESTAMPTZ(3),
    "seen" JSONB NOT NULL DEFAULT '{}',
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    "wanted" TEXT,
    "deal_id" TEXT,
    "code" TEXT,
    "code_id" TEXT,
    "policy" TEXT,
    "reason" TEXT,
    "stage" TEXT,
    "problem" TEXT,
    "who" TEXT,
    "chosen_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT "code_request_pkey" PRIMARY KEY ("shop", "connection_id", "request_id")
);
ALTER TABLE "rate_budget" ADD COLUMN "reports" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "rate_budget" ADD COLUMN "codes" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "rate_budget" ADD COLUMN "reads" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "rate_budget" ADD COLUMN "waits" JSONB NOT NULL DEFAULT '{}';
