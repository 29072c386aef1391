// Editing a deal: the form, the version that it began with, and what somebody else saved meanwhile.
import { useMemo, useState } from "react";
import { type DealConflict, editWarnings } from "../../domain/deal-edit.ts";
import { type DealFields, fieldsOfDeal, readDealForm } from "../../domain/deal-form.ts";
import type { DealToEdit } from "../../domain/deal-page.ts";
import { type DealState, kindOfTerms } from "../../domain/deal-parts.ts";
import type { FieldError } from "../../domain/problem.ts";
import { useDealForm } from "./use-deal-form.ts";

type Given = { deal: DealToEdit; shop: { currency: string; timezone: string }; first: DealFields; said: FieldError[]; at: string };

export function useEditDeal({ deal, shop, first, said, at }: Given) {
  const form = useDealForm(first, said);
  // The page may read the deal anew in the background: what the person began with stays.
  const [begun, setBegun] = useState({ version: deal.version, state: deal.state });
  const [conflict, setConflict] = useState<DealConflict | null>(null);
  const known = useMemo(() => ({ startsAt: begun.state.startsAt, endsAt: begun.state.endsAt }), [begun]);
  const read = useMemo(() => readDealForm(form.fields, shop, known), [form.fields, shop, known]);
  const warnings = read.ok ? editWarnings(begun.state, { ...read.deal, pausedAt: begun.state.pausedAt }, { now: new Date(at), uses: deal.uses }) : [];
  const fields = (state: DealState) => fieldsOfDeal(state, deal.program?.id ?? null, shop);

  function goOn({ version, theirs }: DealConflict, merged: DealState) {
    setBegun({ version, state: theirs });
    form.restart(fields(theirs), fields(merged));
    setConflict(null);
  }

  return {
    form,
    read,
    known,
    warnings,
    conflict,
    version: begun.version,
    fixedKind: deal.storeId === null && deal.storeState === "refused" ? null : kindOfTerms(deal.state.terms),
    meet(found: DealConflict | null) {
      setConflict(found);
      if (found) setTimeout(() => document.getElementById("conflict")?.focus(), 50);
    },
    takeTheirs: (found: DealConflict) => goOn(found, found.theirs),
    takeMerged: (found: DealConflict, merged: DealState) => goOn(found, merged),
  };
}
