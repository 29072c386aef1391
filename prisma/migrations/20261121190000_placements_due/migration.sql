-- What the placing loop looks for, where a million codes stand beside what is due.
CREATE INDEX "code_placement_due" ON "code_placement" ("shop", "target", "next_at") WHERE "state" IN ('waiting', 'asked', 'leaving') OR ("wanted" = 'gone' AND "state" = 'live');
