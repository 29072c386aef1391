-- The loop that reads payouts back looks only at conversions whose payout may still change (app/db/payout.ts has the same condition).
CREATE INDEX "conversion_payout_due" ON "conversion"("shop", "program_id")
  WHERE "action_id" IS NOT NULL AND ("payout_read_at" IS NULL OR "payout_state" IS NULL OR "payout_state" = 'pending' OR "changed_at" > "payout_read_at" OR "lock_at" > "payout_read_at");
