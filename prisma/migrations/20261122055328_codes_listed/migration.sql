-- The list of codes in its own order, of all and of a deal.
CREATE INDEX "code_shop_position_idx" ON "code" ("shop", "position");
CREATE INDEX "code_shop_deal_id_position_idx" ON "code" ("shop", "deal_id", "position");

-- What is rare among a shop's codes, for the list of codes and its counts.
CREATE INDEX "code_offered" ON "code" ("shop", "deal_id") WHERE "retired_at" IS NULL AND "paused_at" IS NULL AND "replaced_by" IS NULL;
CREATE INDEX "code_paused" ON "code" ("shop", "position") WHERE "paused_at" IS NOT NULL;
CREATE INDEX "code_retired" ON "code" ("shop", "position") WHERE "retired_at" IS NOT NULL;
CREATE INDEX "code_replacing" ON "code" ("shop", "position") WHERE "retired_at" IS NULL AND "replaced_by" IS NOT NULL;
CREATE INDEX "code_term_starts" ON "code_term" ("shop", "starts_at") WHERE "starts_at" IS NOT NULL;
CREATE INDEX "code_term_ends" ON "code_term" ("shop", "ends_at") WHERE "ends_at" IS NOT NULL;
CREATE INDEX "code_placement_wanted" ON "code_placement" ("shop", "code_id") WHERE "wanted" = 'live';
CREATE INDEX "code_placement_unstored" ON "code_placement" ("shop", "code_id") WHERE "target" = 'store' AND "state" <> 'live';
CREATE INDEX "code_placement_astir" ON "code_placement" ("shop", "code_id")
  WHERE "wanted" = 'live' AND ("state" <> 'live' OR "problem" IS NOT NULL) OR "wanted" <> 'live' AND "state" NOT IN ('expired', 'missing');
