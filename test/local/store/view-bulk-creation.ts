// GraphQL's bulk creation of redeem codes: what became of each.
import { type Args, connection, type View } from "./connection.ts";
import { importedCode } from "./discounts.ts";
import { utcInstant } from "./instants.ts";
import type { Store } from "./store.ts";
import type { BulkCreation } from "./types.ts";
import { codeNodeView, redeemCodeView } from "./view-discount.ts";

export function bulkCreationView(store: Store, creation: BulkCreation): View {
  const discount = store.discount(creation.discountId);
  return {
    __typename: "DiscountRedeemCodeBulkCreation",
    id: `gid://shopify/DiscountRedeemCodeBulkCreation/${creation.id}`,
    createdAt: utcInstant(new Date(creation.createdAtMs).toISOString().replace(/\.\d+Z/, "Z")),
    done: creation.done,
    codesCount: creation.codes.length,
    importedCount: creation.codes.filter((each) => each.redeemCodeId !== null).length,
    failedCount: creation.codes.filter((each) => each.error !== null).length,
    discountCode: () => (discount === null ? null : codeNodeView(store, discount)),
    codes: (args: Args) =>
      connection(
        {
          field: "DiscountRedeemCodeBulkCreation.codes",
          items: creation.codes.map((entry, at) => ({ entry, at })),
          id: ({ at }) => String(at),
          view: ({ entry }) => {
            const made = importedCode(store, entry.redeemCodeId);
            return {
              code: entry.code,
              discountRedeemCode: made === null ? null : redeemCodeView(made),
              errors: entry.error === null ? [] : [{ __typename: "DiscountUserError", field: ["code"], code: null, message: entry.error, extraInfo: null }],
            };
          },
        },
        args,
      ),
  };
}
