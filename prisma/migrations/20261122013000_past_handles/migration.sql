-- Handles that creators had before: links of that time are read by them.
CREATE TABLE "creator_past_handle" (
    "shop" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "handle" TEXT,
    CONSTRAINT "creator_past_handle_pkey" PRIMARY KEY ("shop", "creator_id", "until")
);
CREATE INDEX "creator_past_handle_word" ON "creator_past_handle" ("shop", lower(ltrim("handle", '@'))) WHERE "handle" IS NOT NULL;
