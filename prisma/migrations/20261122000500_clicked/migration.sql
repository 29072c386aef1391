-- What the clicks said of a code on an order, so that lists need not read the facts; and a period's clicks out of the index alone.
ALTER TABLE "decision" ADD COLUMN "clicked" TEXT;
DROP INDEX "touch_shop_at_idx";
CREATE INDEX "touch_shop_at_visitor_creator_id_parameter_click_id_idx" ON "touch" ("shop", "at", "visitor", "creator_id", "parameter", "click_id");
