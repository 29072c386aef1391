-- Which source names are renewals, and which products never earn.
ALTER TABLE "shop_rule" ADD COLUMN "renewal_sources" TEXT[] DEFAULT ARRAY['subscription_contract']::TEXT[],
ADD COLUMN "never_earn_tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "never_earn_types" TEXT[] DEFAULT ARRAY[]::TEXT[],
ADD COLUMN "never_earn_skus" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- What orders were judged by so far stays as it was: every order with the code was credited, and no dispute reversed anything.
-- What is added from here on begins otherwise.
ALTER TABLE "program_rule" ADD COLUMN "renewals" TEXT NOT NULL DEFAULT 'every',
ADD COLUMN "new_customers_only" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "chargebacks" TEXT NOT NULL DEFAULT 'keep';
ALTER TABLE "program_rule" ALTER COLUMN "renewals" SET DEFAULT 'first', ALTER COLUMN "chargebacks" SET DEFAULT 'reverse';

ALTER TABLE "delivery" ADD COLUMN "beside" JSONB;
ALTER TABLE "order_state" ADD COLUMN "beside" JSONB;

ALTER TABLE "conversion" ADD COLUMN "payout" BIGINT,
ADD COLUMN "payout_currency" TEXT,
ADD COLUMN "payout_state" TEXT,
ADD COLUMN "payout_read_at" TIMESTAMPTZ(3);

CREATE TABLE "hand_act" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "order_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "who" TEXT NOT NULL,
    "act" TEXT NOT NULL,
    "code_id" TEXT,
    "amount" BIGINT,
    "reason" TEXT NOT NULL,

    CONSTRAINT "hand_act_pkey" PRIMARY KEY ("shop","id")
);
CREATE INDEX "hand_act_shop_order_id_id_idx" ON "hand_act"("shop", "order_id", "id");

CREATE TABLE "what_if" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "from_at" TIMESTAMPTZ(3) NOT NULL,
    "to_at" TIMESTAMPTZ(3) NOT NULL,
    "settings" JSONB NOT NULL,
    "state" TEXT NOT NULL,
    "problem" TEXT,
    "total" INTEGER NOT NULL DEFAULT 0,
    "done" INTEGER NOT NULL DEFAULT 0,
    "cursor" TEXT,
    "summary" JSONB,
    "who" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "read_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "lease_at" TIMESTAMPTZ(3),
    "applied_at" TIMESTAMPTZ(3),
    "applied_by" TEXT,

    CONSTRAINT "what_if_pkey" PRIMARY KEY ("shop","id")
);
CREATE INDEX "what_if_state_created_at_idx" ON "what_if"("state", "created_at");

CREATE TABLE "what_if_order" (
    "shop" TEXT NOT NULL,
    "what_if_id" TEXT NOT NULL,
    "order_id" TEXT NOT NULL,
    "code_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "order_at" TIMESTAMPTZ(3) NOT NULL,
    "currency" TEXT NOT NULL,
    "before" BIGINT NOT NULL,
    "after" BIGINT NOT NULL,

    CONSTRAINT "what_if_order_pkey" PRIMARY KEY ("shop","what_if_id","order_id","code_id","creator_id","program_id")
);
