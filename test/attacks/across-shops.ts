// The statements that look at several shops at once, each with its reason. Whatever else is asked of the database names its shop.
// None of them is reached by a person's request but where the reason says so.

const LOOP = "a loop takes what is due, of whichever shop";
const TIDY = "what is over for long goes, of every shop";
const ACCOUNT = "shops may share an account at a network: what one has told there is not the other's. Both named their account and showed its token";
const RUNNING = "how much waits in all, for those who run the app: a number or a time, and no shop";
const SHOP_BY_SHOP = "a loop finds the shops with work one after the other in the index";

export const ACROSS_SHOPS: Readonly<Record<string, string>> = {
  "app/db/click-owner.ts shopsWithNewOwners": LOOP,
  "app/db/code-batch.ts claimBatch": LOOP,
  "app/db/code-batch.ts haltUninstalled": LOOP,
  "app/db/code-request.ts listDueRequests": LOOP,
  "app/db/code-request.ts listAccountsToRead": LOOP,
  "app/db/connection.ts connectionsToRead": LOOP,
  "app/db/conversion.ts claimDueConversions": LOOP,
  "app/db/conversion.ts isTakenElsewhere": ACCOUNT,
  "app/db/delivery.ts takeDeliveries": LOOP,
  "app/db/delivery.ts takeUpAgain": LOOP,
  "app/db/drift-network.ts compareAfterStart": LOOP,
  "app/db/drift-network.ts listConnectionsToCompare": LOOP,
  "app/db/drift.ts listShopsToTakeOut": LOOP,
  "app/db/exchange.ts forgetExchanges": TIDY,
  "app/db/flow-run.ts forgetFlowRuns": TIDY,
  "app/db/flow-word.ts forgetFlowWords": TIDY,
  "app/db/flow-word.ts shopsWithFlowWords": LOOP,
  "app/db/gap.ts fillGaps": LOOP,
  "app/db/members.ts programsWithMembersChanged": LOOP,
  "app/db/network-action.ts findFacts": ACCOUNT,
  "app/db/network-action.ts listToCompare": ACCOUNT,
  "app/db/network-action.ts takeStanding": ACCOUNT,
  "app/db/notice.ts claimMail": LOOP,
  "app/db/notice.ts closeNoticesOfGone": LOOP,
  "app/db/notice.ts shopsWithApp": LOOP,
  "app/db/order.ts claimFetches": LOOP,
  "app/db/pair.ts addToPairs": "a loop adds what is to come to pairs of programs, of whichever shop; a person's request names the shop",
  "app/db/placement.ts listShopsWithDue": LOOP,
  "app/db/postback.ts findPostback": "the address that a network calls names the connection alone; its secret is then compared, and no shop is told",
  "app/db/privacy.ts dropOldFiles": TIDY,
  "app/db/privacy.ts takePrivacyRequest": LOOP,
  "app/db/read-back.ts programsToRead": LOOP,
  "app/db/reader-walk.ts shopsToWalk": LOOP,
  "app/db/reads/gauges.ts countFetches": RUNNING,
  "app/db/reads/gauges.ts countInbox": RUNNING,
  "app/db/reads/gauges.ts countOutbox": RUNNING,
  "app/db/reads/gauges.ts countStuck": RUNNING,
  "app/db/reads/gauges.ts countUnreadable": RUNNING,
  "app/db/reads/gauges.ts oldestWaiting": RUNNING,
  "app/db/reads/worklist.ts factsOfKeys": ACCOUNT,
  "app/db/reconcile-facts.ts actionsOf": ACCOUNT,
  "app/db/reconcile-facts.ts looseActions": ACCOUNT,
  "app/db/reconcile.ts claimRun": LOOP,
  "app/db/reconcile.ts oldRuns": TIDY,
  "app/db/removal.ts listLeavingNetworks": ACCOUNT,
  "app/db/removal.ts takeOutReplaced": LOOP,
  "app/db/session.ts findSession": "by the session's own id, which names its shop; Shopify's library makes it of a verified token",
  "app/db/sheet-file.ts deleteSheetFilesBefore": TIDY,
  "app/db/store-discount.ts lookAtNewDeals": LOOP,
  "app/db/store-sweep.ts listShopsToLook": LOOP,
  "app/db/storefront.ts dueStorefronts": LOOP,
  "app/db/storefront.ts storefrontsElsewhere": "once the app's own address is another one, every storefront is given it",
  "app/db/sums.ts addSumStates": LOOP,
  "app/db/sums.ts shopsToSum": SHOP_BY_SHOP,
  "app/db/sums.ts shopsWithSums": LOOP,
  "app/db/sweep.ts claimSweep": LOOP,
  "app/db/sweep.ts forgetSweeps": TIDY,
  "app/db/sweep.ts openSweeps": LOOP,
  "app/db/verify.ts shopAfter": "the command that verifies the ledger goes from shop to shop",
  "app/db/what-if.ts claimWhatIf": LOOP,
};

/** Of these even the parts go across shops. */
export const UNJOINED: ReadonlySet<string> = new Set(Object.keys(ACROSS_SHOPS).filter((where) => [ACCOUNT, SHOP_BY_SHOP].includes(ACROSS_SHOPS[where]!)));

/** Texts that are put together from what only a run knows, looked at by a person. */
export const PUT_TOGETHER: Readonly<Record<string, string>> = {
  "app/db/click-owner.ts claimOwners": `${LOOP}; a boolean is written into the text`,
  "app/db/lock.ts ask": "advisory locks, no table",
  "app/db/reads/code-list.ts codesAt": "what is chosen by db/reads/code-choice.ts: each part has its shop = $1, or its code's own shop",
  "app/db/privacy.ts removePerson": "each text is written out where it is passed on, and is looked at there",
  "app/db/privacy.ts deleteRows": "the tables of the plan, each where shop = $1",
  "app/db/privacy.ts emptyRows": "the tables of the plan, each where shop = $1",
};
