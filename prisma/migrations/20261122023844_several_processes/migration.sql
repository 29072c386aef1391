-- Several processes share the work: when an account is compared next is kept, and who works on a run, so that one that is gone is not waited for.
ALTER TABLE "network_connection" ADD COLUMN "compared_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "compare_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "compare_failed" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "network_connection" ADD COLUMN "compare_wished" BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE "what_if" ADD COLUMN "holder" TEXT;
ALTER TABLE "code_batch" ADD COLUMN "holder" TEXT;
