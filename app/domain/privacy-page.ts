// What the page of privacy requests shows. Pure types: the pages may import them, the database fills them.

/** `orders`: how many orders were concerned; null while it is not known. Instants are ISO. */
export type PrivacyLine = {
  id: string;
  kind: "data" | "person" | "shop";
  state: "new" | "done";
  receivedAt: string;
  dueAt: string;
  doneAt: string | null;
  orders: number | null;
  /** Of a shop: the app was installed again before its data was to go. */
  kept: boolean;
  fileUntil: string | null;
};
