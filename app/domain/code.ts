// The key of a code: the store treats discount codes without regard to case, and so do we (rules, section 2).

/** NFC, surrounding white space removed, upper-cased without a locale by the full mapping (ß is SS), NFC again. Two codes with one key are one code. */
export function codeKey(code: string): string {
  return code.normalize("NFC").trim().toUpperCase().normalize("NFC");
}
