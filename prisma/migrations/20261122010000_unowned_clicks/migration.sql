-- Clicks of partners who may become creators: only these are looked through.
DROP INDEX "click_owner_shop_partner_id_idx";
CREATE INDEX "click_owner_unowned" ON "click_owner" ("shop", "partner_id") WHERE "creator_id" IS NULL AND "state" = 'found';
