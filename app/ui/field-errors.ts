// What is wrong with a field, in the reader's words.
import type { FieldError } from "../domain/problem.ts";
import { useT } from "../i18n.ts";

/** The first error of a field, or undefined. */
export function useFieldErrors(errors: readonly FieldError[]): (field: string) => string | undefined {
  const t = useT("errors");
  return (field) => errors.filter((error) => error.field === field).map((error) => t(error.key, error.values ?? {}))[0];
}
