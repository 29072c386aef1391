-- How far the store's discounts were listed, and what of them is otherwise.
ALTER TABLE "code_placement" ADD COLUMN "told" JSONB;
ALTER TABLE "store_discount" ADD COLUMN "codes_from" TIMESTAMPTZ(3);
ALTER TABLE "store_discount" ADD COLUMN "codes_at" TIMESTAMPTZ(3);
ALTER TABLE "store_discount" ADD COLUMN "made_at" TIMESTAMPTZ(3);
ALTER TABLE "store_discount" ADD COLUMN "changed_at" TIMESTAMPTZ(3);
ALTER TABLE "store_discount" ADD COLUMN "listed_at" TIMESTAMPTZ(3);

CREATE TABLE "store_sweep" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'full',
    "begun_at" TIMESTAMPTZ(3),
    "since" TIMESTAMPTZ(3),
    "cursor" TEXT,
    "seen" INTEGER NOT NULL DEFAULT 0,
    "done_at" TIMESTAMPTZ(3),
    "full_at" TIMESTAMPTZ(3),
    "wanted_at" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "problem" TEXT,
    CONSTRAINT "store_sweep_pkey" PRIMARY KEY ("shop")
);
ALTER TABLE "drift" ADD COLUMN "part" TEXT NOT NULL DEFAULT '';

-- One thing that is otherwise is open once.
CREATE UNIQUE INDEX "drift_open" ON "drift" ("shop", "about", "about_id", "target", "kind", "part") WHERE "closed_at" IS NULL;
