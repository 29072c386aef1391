// Asks the app. The platform resolves a relative address against the app's own and adds a session token of the person who is looking.

/** `status` 0: the app could not be reached, or what came was no answer of its own. */
export type Answer<T> = { ok: true; value: T } | { ok: false; status: number };

/** With `form` something is changed (POST); without, it is only read. */
export async function ask<T>(path: string, asked: Record<string, string>, form?: Record<string, string>): Promise<Answer<T>> {
  try {
    const answer = await fetch(`${path}?${new URLSearchParams(asked)}`, form ? { method: "POST", body: new URLSearchParams(form) } : undefined);
    if (!answer.ok) return { ok: false, status: answer.status };
    return { ok: true, value: (await answer.json()) as T };
  } catch {
    return { ok: false, status: 0 };
  }
}
