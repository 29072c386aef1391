-- Orders that several codes share are counted under all of them from now on: the sums are begun anew, and until they are built pages add up the entries.
DELETE FROM "sum_day";
DELETE FROM "sum_period";
UPDATE "sum_state" SET "day" = NULL, "rules" = '', "cursor" = '', "orders" = 0, "built_at" = NULL;
