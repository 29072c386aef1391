-- The host that buyers see in a creator's link.
ALTER TABLE "shop" ADD COLUMN "domain" TEXT NOT NULL DEFAULT '';
