-- What reading back, requests, media sources and categories keep beside.
ALTER TABLE "network_connection" ADD COLUMN "requests_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "requests_full_at" TIMESTAMPTZ(3);
ALTER TABLE "network_connection" ADD COLUMN "requests_problem" TEXT;
ALTER TABLE "program" ADD COLUMN "media_source_refused_at" TIMESTAMPTZ(3);
ALTER TABLE "membership" ADD COLUMN "state_text" TEXT;
CREATE INDEX "order_state_shop_name_idx" ON "order_state" ("shop", "name");
ALTER TABLE "conversion" ADD COLUMN "left_at" TIMESTAMPTZ(3);
ALTER TABLE "conversion" ADD COLUMN "left_by" TEXT;
CREATE INDEX "conversion_shop_program_id_network_order_id_idx" ON "conversion" ("shop", "program_id", "network_order_id");
CREATE INDEX "conversion_shop_program_id_action_id_idx" ON "conversion" ("shop", "program_id", "action_id");
ALTER TABLE "network_action" ADD COLUMN "repair_who" TEXT;
ALTER TABLE "network_action" ADD COLUMN "repair_version" TEXT;
ALTER TABLE "network_action" ADD COLUMN "repair_sent_at" TIMESTAMPTZ(3);
ALTER TABLE "network_action" ADD COLUMN "repair_submission" TEXT;
ALTER TABLE "network_action" ADD COLUMN "repair_problem" TEXT;
ALTER TABLE "network_action" ADD COLUMN "items" JSONB;
ALTER TABLE "network_action" ADD COLUMN "compared_at" TIMESTAMPTZ(3);
ALTER TABLE "network_action" ADD COLUMN "accepted" TEXT;
CREATE INDEX "network_action_shop_program_id_event_at_idx" ON "network_action" ("shop", "program_id", "event_at");
CREATE INDEX "network_action_to_compare" ON "network_action" ("shop", "program_id") WHERE "compared_at" IS NULL OR "problem" IS NOT NULL;
CREATE INDEX "network_action_wanted" ON "network_action" ("shop", "program_id") WHERE "wanted_at" IS NOT NULL;
ALTER TABLE "contract" ADD COLUMN "state_text" TEXT;

CREATE TABLE "product_type" (
    "shop" TEXT NOT NULL,
    "variant_id" TEXT NOT NULL,
    "type" TEXT,
    "read_at" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "product_type_pkey" PRIMARY KEY ("shop", "variant_id")
);
