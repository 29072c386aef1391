ALTER TABLE "code" ADD COLUMN "known" TEXT;

-- What settling reads of a code, written out when it is written and not each time it is read: a JSON list, instants in milliseconds since 1970. A code of nobody is none.
CREATE FUNCTION "know_code"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  NEW."known" := CASE WHEN NEW."terms" <> '[]' THEN json_build_array(NEW."shop", NEW."id", NEW."position", NEW."code", NEW."key", NEW."match", round(extract(epoch FROM NEW."created_at") * 1000),
    round(extract(epoch FROM NEW."retired_at") * 1000), round(extract(epoch FROM NEW."void_from") * 1000), NEW."void_reason", NEW."terms")::text END;
  RETURN NEW;
END $$;

CREATE TRIGGER "know_code" BEFORE INSERT OR UPDATE ON "code" FOR EACH ROW EXECUTE FUNCTION "know_code"();

CREATE TABLE "pattern_set" (
    "shop" TEXT NOT NULL,
    "revision" UUID NOT NULL,

    CONSTRAINT "pattern_set_pkey" PRIMARY KEY ("shop")
);

-- Each change of a shop's patterns is a revision that never was before, seen by whoever sees the change, and by nobody else.
CREATE FUNCTION "patterns_changed"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' AND (TG_OP = 'DELETE' OR OLD."shop" <> NEW."shop") THEN UPDATE "pattern_set" SET "revision" = gen_random_uuid() WHERE "shop" = OLD."shop"; END IF;
  IF TG_OP <> 'DELETE' THEN INSERT INTO "pattern_set" VALUES (NEW."shop", gen_random_uuid()) ON CONFLICT ("shop") DO UPDATE SET "revision" = excluded."revision"; END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "pattern_made" AFTER INSERT ON "code" FOR EACH ROW WHEN (NEW."match" = 'regex') EXECUTE FUNCTION "patterns_changed"();
CREATE TRIGGER "pattern_changed" AFTER UPDATE ON "code" FOR EACH ROW WHEN ((OLD."match" = 'regex' OR NEW."match" = 'regex') AND OLD."known" IS DISTINCT FROM NEW."known") EXECUTE FUNCTION "patterns_changed"();
CREATE TRIGGER "pattern_removed" AFTER DELETE ON "code" FOR EACH ROW WHEN (OLD."match" = 'regex') EXECUTE FUNCTION "patterns_changed"();

UPDATE "code" SET "terms" = "terms";
