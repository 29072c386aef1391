// The state of a deal's form, as New deal and Edit deal share it.
import { useState } from "react";
import type { DealFields } from "../../domain/deal-form.ts";
import type { FieldError } from "../../domain/problem.ts";

export function useDealForm(first: DealFields, said: FieldError[] = []) {
  const [fields, setFields] = useState(first);
  const [begun, setBegun] = useState(first);
  const [errors, setErrors] = useState<FieldError[]>(said);
  return {
    fields,
    begun,
    errors,
    dirty: JSON.stringify(fields) !== JSON.stringify(begun),
    change(changes: Partial<DealFields>) {
      setFields((before) => ({ ...before, ...changes }));
      setErrors((before) => before.filter((error) => !(error.field in changes)));
    },
    /** The first field that is wrong is gone to, wherever the person pressed the button. */
    show(found: FieldError[]) {
      setErrors(found);
      if (found.length > 0) setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
    },
    discard() {
      setFields(begun);
      setErrors([]);
    },
    /** Begins anew with `base`, with `now` typed into it. */
    restart(base: DealFields, now: DealFields = base) {
      setBegun(base);
      setFields(now);
      setErrors([]);
    },
  };
}
