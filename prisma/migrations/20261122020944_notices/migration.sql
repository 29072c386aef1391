ALTER TABLE "shop" ADD COLUMN "token_problem" TEXT;
ALTER TABLE "shop" ADD COLUMN "token_problem_at" TIMESTAMPTZ(3);
ALTER TABLE "shop" ADD COLUMN "hooks_problem" TEXT;
ALTER TABLE "shop" ADD COLUMN "hooks_problem_at" TIMESTAMPTZ(3);
ALTER TABLE "shop" ADD COLUMN "email" TEXT NOT NULL DEFAULT '';
ALTER TABLE "shop" ADD COLUMN "language" TEXT NOT NULL DEFAULT 'en';
ALTER TABLE "shop" ADD COLUMN "notify_email" TEXT;
ALTER TABLE "shop" ADD COLUMN "notify" BOOLEAN NOT NULL DEFAULT true;

CREATE TABLE "notice" (
    "shop" TEXT NOT NULL,
    "id" BIGSERIAL NOT NULL,
    "cause" TEXT NOT NULL,
    "about" TEXT NOT NULL DEFAULT '',
    "values" JSONB NOT NULL DEFAULT '{}',
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),
    "mail_at" TIMESTAMPTZ(3),
    "mailed_at" TIMESTAMPTZ(3),
    "mail_tries" INTEGER NOT NULL DEFAULT 0,
    "mail_problem" TEXT,
    CONSTRAINT "notice_pkey" PRIMARY KEY ("shop", "id")
);

-- A cause has one open notice.
CREATE UNIQUE INDEX "notice_open_key" ON "notice" ("shop", "cause", "about") WHERE "closed_at" IS NULL;
-- Those that wait to be mailed.
CREATE INDEX "notice_mail_at_idx" ON "notice" ("mail_at") WHERE "mail_at" IS NOT NULL;
