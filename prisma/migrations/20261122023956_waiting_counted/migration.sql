-- What Home counts is found without going through all orders: what is yet to be told, what is stuck, codes on their way or refused, contracts that end.
CREATE INDEX "conversion_open" ON "conversion" ("shop", "program_id", "created_at") WHERE "next_at" IS NOT NULL AND "state" IN ('waiting', 'sending', 'queued', 'reported');
CREATE INDEX "conversion_wrong" ON "conversion" ("shop") WHERE "state" = 'stuck' OR ("state" = 'reversed' AND "problem" IS NOT NULL);
CREATE INDEX "code_placement_counted" ON "code_placement" ("shop", "state") WHERE "state" IN ('waiting', 'asked', 'refused', 'missing', 'by_hand');
CREATE INDEX "code_term_shop_creator_id_idx" ON "code_term" ("shop", "creator_id");
CREATE INDEX "membership_ends" ON "membership" ("shop", (coalesce("left_at", "ends_at"))) WHERE coalesce("left_at", "ends_at") IS NOT NULL;
