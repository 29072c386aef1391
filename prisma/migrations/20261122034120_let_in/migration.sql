-- A word of an uninstall that is late says nothing of the installation that came after it.
ALTER TABLE "shop" ADD COLUMN "let_in_at" TIMESTAMPTZ(3);
