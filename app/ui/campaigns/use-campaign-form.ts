// The state of a campaign's form, in its two pages: what is typed, what is wrong, and what changed.
import { useEffect, useState } from "react";
import type { CampaignFields } from "../../domain/campaign.ts";
import type { FieldError } from "../../domain/problem.ts";

export function useCampaignForm(first: CampaignFields, found: readonly FieldError[]) {
  const [fields, setFields] = useState(first);
  const [begun] = useState(first);
  const [errors, setErrors] = useState<readonly FieldError[]>([]);

  useEffect(() => {
    setErrors(found);
    // The first field that is wrong is gone to, wherever the person pressed the button.
    if (found.length > 0) setTimeout(() => document.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), 50);
  }, [found]);

  return {
    fields,
    begun,
    errors,
    dirty: JSON.stringify(fields) !== JSON.stringify(begun),
    set: setFields,
    change(changes: Partial<CampaignFields>) {
      setFields((before) => ({ ...before, ...changes }));
      setErrors((before) => before.filter((error) => !(error.field in changes)));
    },
    discard() {
      setFields(begun);
      setErrors([]);
    },
  };
}
