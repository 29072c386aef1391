// Who changes something, as the shop's log and the records of decisions name them.

/** As Shopify's session tells it: a member of staff where the session is theirs. */
type Asking = { onlineAccessInfo?: { associated_user: { first_name: string; last_name: string; email: string } } | undefined };

/** A name, or an e-mail where there is none; "merchant" where the session is the shop's own and names nobody. */
export function whoOf({ onlineAccessInfo }: Asking): string {
  const user = onlineAccessInfo?.associated_user;
  if (!user) return "merchant";
  return [user.first_name, user.last_name].map((part) => part?.trim()).filter(Boolean).join(" ") || user.email?.trim() || "merchant";
}
