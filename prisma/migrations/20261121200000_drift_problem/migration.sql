-- Why a choice about a difference could not be carried out; and codes whose successor is to be live before they go.
ALTER TABLE "drift" ADD COLUMN "problem" TEXT;
CREATE INDEX "code_replaced" ON "code" ("replaced_by") WHERE "replaced_by" IS NOT NULL;
