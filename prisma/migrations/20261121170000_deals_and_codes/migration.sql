-- Deals that can be edited, paused and adopted; codes that can be paused, ended, replaced and voided; runs, campaigns, files, and what the store has.
ALTER TABLE "deal" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 1;
ALTER TABLE "deal" ADD COLUMN "paused_at" TIMESTAMPTZ(3);
ALTER TABLE "deal" ADD COLUMN "parent_id" TEXT;
ALTER TABLE "deal" ADD COLUMN "own_terms" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "deal" ADD COLUMN "own_dates" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "deal" ADD COLUMN "adopted" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "deal" ADD COLUMN "store_version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "deal" ADD COLUMN "store_seen" JSONB;

CREATE TABLE "deal_edit" (
    "shop" TEXT NOT NULL,
    "deal_id" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "who" TEXT NOT NULL,
    "what" TEXT NOT NULL,
    "deal" JSONB NOT NULL,
    CONSTRAINT "deal_edit_pkey" PRIMARY KEY ("shop", "deal_id", "version")
);
ALTER TABLE "deal_placement" ADD COLUMN "version" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "deal_placement" ADD COLUMN "seen" JSONB;
ALTER TABLE "deal_placement" ADD COLUMN "steps" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "code" ADD COLUMN "discount_id" TEXT;
ALTER TABLE "code" ADD COLUMN "batch_id" TEXT;
ALTER TABLE "code" ADD COLUMN "campaign_id" TEXT;
ALTER TABLE "code" ADD COLUMN "paused_at" TIMESTAMPTZ(3);
ALTER TABLE "code" ADD COLUMN "replaced_by" TEXT;
ALTER TABLE "code" ADD COLUMN "void_from" TIMESTAMPTZ(3);
ALTER TABLE "code" ADD COLUMN "void_reason" TEXT;
ALTER TABLE "code_placement" ADD COLUMN "wanted" TEXT NOT NULL DEFAULT 'live';
ALTER TABLE "code_placement" ADD COLUMN "seen" JSONB;

CREATE TABLE "code_batch" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "deal_id" TEXT NOT NULL,
    "campaign_id" TEXT,
    "file_id" TEXT,
    "state" TEXT NOT NULL,
    "settings" JSONB NOT NULL,
    "problem" TEXT,
    "total" INTEGER NOT NULL DEFAULT 0,
    "cursor" INTEGER NOT NULL DEFAULT 0,
    "who" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "checked_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "stopped_at" TIMESTAMPTZ(3),
    "done_at" TIMESTAMPTZ(3),
    "lease_at" TIMESTAMPTZ(3),
    CONSTRAINT "code_batch_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "code_batch_state_created_at_idx" ON "code_batch" ("state", "created_at");

CREATE TABLE "code_batch_row" (
    "shop" TEXT NOT NULL,
    "batch_id" TEXT NOT NULL,
    "n" INTEGER NOT NULL,
    "creator_id" TEXT,
    "code" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "policy" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "file_row" INTEGER,
    "state" TEXT NOT NULL,
    "findings" JSONB NOT NULL DEFAULT '[]',
    "code_id" TEXT,
    "problem" TEXT,
    CONSTRAINT "code_batch_row_pkey" PRIMARY KEY ("shop", "batch_id", "n")
);
CREATE INDEX "code_batch_row_shop_batch_id_state_n_idx" ON "code_batch_row" ("shop", "batch_id", "state", "n");

CREATE TABLE "campaign" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "codes" TEXT NOT NULL,
    "deal_id" TEXT,
    "naming" TEXT NOT NULL DEFAULT '',
    "policy" TEXT NOT NULL DEFAULT 'always',
    "landing" TEXT NOT NULL DEFAULT '/',
    "state" TEXT NOT NULL DEFAULT 'open',
    "version" INTEGER NOT NULL DEFAULT 1,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "campaign_pkey" PRIMARY KEY ("shop", "id")
);

CREATE TABLE "campaign_creator" (
    "shop" TEXT NOT NULL,
    "campaign_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "campaign_creator_pkey" PRIMARY KEY ("shop", "campaign_id", "creator_id")
);

CREATE TABLE "store_discount" (
    "shop" TEXT NOT NULL,
    "store_id" TEXT NOT NULL,
    "title" TEXT NOT NULL DEFAULT '',
    "kind" TEXT NOT NULL DEFAULT '',
    "status" TEXT NOT NULL DEFAULT '',
    "terms" JSONB,
    "unread" JSONB NOT NULL DEFAULT '[]',
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "tags" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "codes_count" INTEGER NOT NULL DEFAULT 0,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "read_at" TIMESTAMPTZ(3),
    "gone_at" TIMESTAMPTZ(3),
    "look_at" TIMESTAMPTZ(3),
    "look_why" TEXT,
    "cursor" TEXT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    CONSTRAINT "store_discount_pkey" PRIMARY KEY ("shop", "store_id")
);
CREATE INDEX "store_discount_shop_look_at_idx" ON "store_discount" ("shop", "look_at");

CREATE TABLE "store_code" (
    "shop" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "store_id" TEXT NOT NULL,
    "redeem_id" TEXT NOT NULL,
    "created_by" TEXT,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "store_code_pkey" PRIMARY KEY ("shop", "key")
);
CREATE INDEX "store_code_shop_store_id_idx" ON "store_code" ("shop", "store_id");

CREATE TABLE "drift" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "about" TEXT NOT NULL,
    "about_id" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ours" JSONB,
    "theirs" JSONB,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "how" TEXT,
    "who" TEXT,
    CONSTRAINT "drift_pkey" PRIMARY KEY ("shop", "id")
);
CREATE INDEX "drift_shop_about_about_id_idx" ON "drift" ("shop", "about", "about_id");

CREATE TABLE "sheet_file" (
    "shop" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "bytes" BYTEA NOT NULL,
    "mapping" JSONB,
    "result" JSONB,
    "state" TEXT NOT NULL,
    "who" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "applied_at" TIMESTAMPTZ(3),
    CONSTRAINT "sheet_file_pkey" PRIMARY KEY ("shop", "id")
);

CREATE TABLE "tracking_link" (
    "shop" TEXT NOT NULL,
    "program_id" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "landing" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "tracking_link_pkey" PRIMARY KEY ("shop", "program_id", "creator_id", "landing")
);

ALTER TABLE "deal" ALTER COLUMN "reserve_code" DROP NOT NULL;
CREATE INDEX "code_shop_batch_id_idx" ON "code" ("shop", "batch_id");

-- What was made so far is as its deal says, in the store and in the networks.
UPDATE "deal" SET "store_version" = 1 WHERE "store_id" IS NOT NULL;
UPDATE "deal_placement" SET "version" = 1 WHERE "state" = 'live';
UPDATE "deal" SET "terms" = '{"buyers": {"kind": "all"}, "purchase": {"oneTime": true, "subscription": false, "cycles": null}, "tags": []}'::jsonb || "terms";
UPDATE "deal" SET "terms" = jsonb_set("terms", '{value}', '{"countries": null, "highestRate": null}'::jsonb || ("terms" -> 'value')) WHERE "terms" #>> '{value,kind}' = 'free_shipping';
INSERT INTO "deal_edit" ("shop", "deal_id", "version", "at", "who", "what", "deal")
SELECT "shop", "id", 1, "created_at", 'merchant', 'made', jsonb_build_object('name', "name", 'terms', "terms", 'startsAt', "starts_at", 'endsAt', "ends_at", 'pausedAt', NULL) FROM "deal";

-- A retired code that waited to be expired in its network: what is wanted stands beside what is known now.
UPDATE "code_placement" p SET "wanted" = 'gone', "state" = CASE WHEN p."state" = 'waiting' AND p."external_id" IS NULL THEN 'asked' WHEN p."state" = 'waiting' THEN 'live' ELSE p."state" END
FROM "code" c WHERE c."shop" = p."shop" AND c."id" = p."code_id" AND c."retired_at" IS NOT NULL;
