-- An order comes in several states within days: with room beside it its next one is kept on the same page, and none of its indexes is touched.
ALTER TABLE "order_state" SET (fillfactor = 80);
