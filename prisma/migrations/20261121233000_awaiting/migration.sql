-- What waits for a network's verdict is counted on lists.
CREATE INDEX "decision_awaiting" ON "decision" ("shop", "order_id") WHERE "outcome" = 'awaiting_network';
