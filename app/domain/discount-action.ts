// What the action on the store's own page of a discount shows and is answered (extensions/discount-code), in the language that it asked in. Types only,
// without an import: the extension reads them too.

/** An address within the app, without a slash before it. */
export type AppLink = { text: string; path: string };

/** `about`: how he stands in the deal's program, and which codes of it he has. */
export type CreatorChoice = { id: string; name: string; about: string };

/** `canMake`: it is a deal's, and takes codes; else the sentences say what it is instead. `more`: more creators are found than are listed. */
export type DiscountAction = { canMake: boolean; title: string; sentences: string[]; link: AppLink | null; creators: CreatorChoice[]; more: boolean };

/** What store, networks and the app say about a name; nothing is made. `suggestion`: a name that seems free, where this one is not. */
export type CodeLook = { code: string; blocked: boolean; findings: { text: string; blocking: boolean }[]; free: string; suggestion: string | null };

/** `look` null: the discount takes no code any more, and `errors` says why. `made` null: it was only looked at, or refused. */
export type CodeAnswer = { look: CodeLook | null; errors: string[]; made: { code: string; sentence: string; link: AppLink } | null };
