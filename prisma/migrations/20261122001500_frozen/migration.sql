-- Whose id a told click carries; and what had been decided from what a privacy topic removed.
ALTER TABLE "conversion" ADD COLUMN "click_parameter" TEXT;
ALTER TABLE "order_state" ADD COLUMN "frozen" JSONB;
