-- What a creator's e-mail was, and from when who had joined a program turned out otherwise than it was known.
CREATE TABLE "creator_email" (
    "shop" TEXT NOT NULL,
    "creator_id" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "email" TEXT,

    CONSTRAINT "creator_email_pkey" PRIMARY KEY ("shop","creator_id","until")
);
ALTER TABLE "program" ADD COLUMN "members_from" TIMESTAMPTZ(3);
