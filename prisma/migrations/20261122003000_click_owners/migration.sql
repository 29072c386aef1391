-- Clicks that an order's credit waits for are asked first, and no more of them in an hour than leaves the others their part.
ALTER TABLE "click_owner" ADD COLUMN "matters" BOOLEAN NOT NULL DEFAULT false;
DROP INDEX "click_owner_asks_at_idx";
CREATE INDEX "click_owner_matters_asks_at_idx" ON "click_owner" ("matters", "asks_at");
CREATE INDEX "click_owner_shop_partner_id_idx" ON "click_owner" ("shop", "partner_id");
ALTER TABLE "rate_budget" ADD COLUMN "clicks" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "rate_budget" ADD COLUMN "clicks_ends_at" TIMESTAMPTZ(3);
-- The storefront looks creators up by their handle.
CREATE INDEX "creator_handle" ON "creator" ("shop", lower(ltrim("handle", '@'))) WHERE "handle" IS NOT NULL;
