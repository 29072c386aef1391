-- Orders that are known and not settled yet are few at any time: the list of what waits finds them here.
CREATE INDEX "order_state_unsettled" ON "order_state" ("shop", "created_at") WHERE "outcome" IS NULL;
