// The instructions of a campaign as one creator reads them: with the creator's own name, code and link.

export type TextOf = { name: string; code: string | null; link: string | null };

/** What can stand in the instructions, beside plain words. */
export const TEXT_WORDS = ["FIRST", "NAME", "CODE", "LINK"] as const;

/** Puts the creator's own things in. A word that means nothing here stays as it was written; what is not known yet is an ellipsis. */
export function fillWords(text: string, { name, code, link }: TextOf): string {
  const values: Record<(typeof TEXT_WORDS)[number], string> = { FIRST: name.trim().split(/\s+/)[0] ?? "", NAME: name.trim(), CODE: code ?? "…", LINK: link ?? "…" };
  return text.replace(/\{(FIRST|NAME|CODE|LINK)\}/gi, (_, word: string) => values[word.toUpperCase() as keyof typeof values]);
}

/** `lines`: how the code and the link are said where the instructions do not name them themselves. */
export function campaignText({ title, description }: { title: string; description: string }, of: TextOf, lines: { code: (code: string) => string; link: (link: string) => string }): string {
  const written = `${title}\n${description}`;
  const says = (word: string) => new RegExp(`\\{${word}\\}`, "i").test(written);
  const own = [of.code !== null && !says("CODE") ? lines.code(of.code) : "", of.link !== null && !says("LINK") ? lines.link(of.link) : ""].filter(Boolean).join("\n");
  return [fillWords(title, of), fillWords(description, of), own].filter(Boolean).join("\n\n");
}

/** The people that a pasted list names: each line, or what stands between commas, semicolons and tabs, once. */
export function namesInList(text: string): string[] {
  const names = text.normalize("NFC").split(/[\n\r,;\t]+/).map((name) => name.trim().replace(/^["'<]+|["'>]+$/g, "")).filter(Boolean);
  return [...new Set(names)];
}

export type ListedPerson = { id: string; name: string; email: string | null; handle: string | null };

/** Whom each name of a list is: by e-mail, by handle, by the whole name. One that fits nobody, or two people, is `unknown`. */
export function peopleInList(names: readonly string[], people: readonly ListedPerson[]): { ids: string[]; unknown: string[] } {
  const key = (text: string) => text.normalize("NFC").trim().replace(/^@/, "").toLowerCase();
  const byKey = new Map<string, Set<string>>();
  for (const person of people) {
    for (const text of [person.email, person.handle, person.name]) {
      if (text === null || key(text) === "") continue;
      byKey.set(key(text), (byKey.get(key(text)) ?? new Set()).add(person.id));
    }
  }
  const ids = new Set<string>();
  const unknown: string[] = [];
  for (const name of names) {
    const found = byKey.get(key(name));
    if (found?.size === 1) ids.add([...found][0]!);
    else unknown.push(name);
  }
  return { ids: [...ids], unknown };
}
