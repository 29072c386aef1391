ALTER TABLE "code" ADD COLUMN "terms" JSONB NOT NULL DEFAULT '[]';

-- What settling reads of a code lies in one place: its terms are kept with it, in milliseconds since 1970. Whoever writes terms need not think of it.
CREATE FUNCTION "keep_code_terms"("of_shop" TEXT, "of_code" TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  -- Two that write terms of one code do so one after the other, and the second sees what the first wrote.
  PERFORM 1 FROM "code" WHERE "shop" = of_shop AND "id" = of_code FOR UPDATE;
  UPDATE "code" SET "terms" = coalesce((
    SELECT jsonb_agg(jsonb_build_object('validFromMs', round(extract(epoch FROM t."valid_from") * 1000), 'creatorId', t."creator_id", 'programId', t."program_id", 'creditPolicy', t."credit_policy",
      'startsAtMs', round(extract(epoch FROM t."starts_at") * 1000), 'endsAtMs', round(extract(epoch FROM t."ends_at") * 1000)) ORDER BY t."valid_from")
    FROM "code_term" t WHERE t."shop" = of_shop AND t."code_id" = of_code), '[]')
  WHERE "shop" = of_shop AND "id" = of_code;
END $$;

CREATE FUNCTION "code_term_written"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN PERFORM keep_code_terms(OLD."shop", OLD."code_id"); END IF;
  IF TG_OP <> 'DELETE' THEN PERFORM keep_code_terms(NEW."shop", NEW."code_id"); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "code_term_written" AFTER INSERT OR UPDATE OR DELETE ON "code_term" FOR EACH ROW EXECUTE FUNCTION "code_term_written"();

-- Terms may be written before their code.
CREATE FUNCTION "code_made"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM "code_term" t WHERE t."shop" = NEW."shop" AND t."code_id" = NEW."id") THEN PERFORM keep_code_terms(NEW."shop", NEW."id"); END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER "code_made" AFTER INSERT ON "code" FOR EACH ROW EXECUTE FUNCTION "code_made"();

UPDATE "code" c SET "terms" = t.terms FROM (
  SELECT "shop", "code_id", jsonb_agg(jsonb_build_object('validFromMs', round(extract(epoch FROM "valid_from") * 1000), 'creatorId', "creator_id", 'programId', "program_id", 'creditPolicy', "credit_policy",
    'startsAtMs', round(extract(epoch FROM "starts_at") * 1000), 'endsAtMs', round(extract(epoch FROM "ends_at") * 1000)) ORDER BY "valid_from") AS terms
  FROM "code_term" GROUP BY 1, 2) t WHERE c."shop" = t."shop" AND c."id" = t."code_id";
