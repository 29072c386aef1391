// Notices: opened while their cause stands, mailed once by a real SMTP server, in the shop's language, and never twice for one cause.
import { setTimeout as sleep } from "node:timers/promises";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { setClockOffsetMs } from "#app/clock.ts";
import { pool } from "#app/db.server.ts";
import { changeNoticeSettings, mailOnce, noticeShop, noticesView } from "#app/flow/notices.ts";
import { readTypedEmail } from "#app/domain/notice.ts";
import { sayNotice } from "#app/notice-words.server.ts";
import { useDatabase } from "#test/support/database.ts";
import { makeShop } from "#test/support/shop.ts";

useDatabase();

const SHOP = "petit-atelier.myshopify.com";
const MINUTE = 60_000;
let got: Email[] = [];
/** How the mail server answers the next mails: 250 where none is left. */
let answers: number[] = [];
let server: SMTPServer;
let offset = 0;

function forward(ms: number): void {
  offset += ms;
  setClockOffsetMs(offset);
}

beforeAll(async () => {
  server = new SMTPServer({
    authOptional: true, disabledCommands: ["STARTTLS"], logger: false,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", async () => {
        const answer = answers.shift() ?? 250;
        if (answer === 250) got.push(await PostalMime.parse(Buffer.concat(chunks)));
        done(answer === 250 ? null : Object.assign(new Error(`no room for buyer@shop.example`), { responseCode: answer }));
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as { port: number };
  // Read by the environment at its first call.
  process.env.SMTP_URL = `smtp://127.0.0.1:${port}`;
  process.env.MAIL_FROM = "Creator Codes <notices@app.example>";
});

afterAll(async () => {
  setClockOffsetMs(0);
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

beforeEach(async () => {
  got = [];
  answers = [];
  await pool().query("truncate notice, shop, shop_rule, network_connection, delivery, shop_log");
  await makeShop({ shop: SHOP });
  await pool().query("update shop set email = 'hello@petit-atelier.example', language = 'fr', name = 'Petit\r\nAtelier', timezone = 'Europe/Paris' where shop = $1", [SHOP]);
});

afterEach(() => vi.restoreAllMocks());

async function refuse(id: string, state = "refused", name = "Atelier Brand"): Promise<void> {
  await pool().query(
    `insert into network_connection (shop, id, network, account_sid, name, token, key_id, state, created_at) values ($1, $2, 'impact', $2, $4, 'x', 'k1', $3, now())
     on conflict (shop, id) do update set state = excluded.state`,
    [SHOP, id, state, name],
  );
}

async function mailAll(): Promise<number> {
  let sent = 0;
  for (; sent < 20 && (await mailOnce(sayNotice)) > 0; sent++);
  return sent;
}

const open = async () => (await pool().query<{ cause: string; about: string }>("select cause, about from notice where shop = $1 and closed_at is null order by id", [SHOP])).rows;

describe("a notice", () => {
  test("opens with its cause, is mailed once if that lasts, in the shop's language, and closes with it", async () => {
    await refuse("one");
    await noticeShop(SHOP);
    await noticeShop(SHOP);
    expect(await open()).toEqual([{ cause: "network_refused", about: "one" }]);
    expect(await mailAll()).toBe(0);
    forward(11 * MINUTE);
    expect(await mailAll()).toBe(1);
    expect(await mailAll()).toBe(0);
    expect(got).toHaveLength(1);
    const [mail] = got as [Email];
    expect(mail.subject).toBe("Petit Atelier : Atelier Brand refuse l’application");
    expect(mail.to?.map(({ address }) => address)).toEqual(["hello@petit-atelier.example"]);
    expect(mail.from?.address).toBe("notices@app.example");
    expect(mail.text).toContain("https://admin.shopify.com/store/petit-atelier/apps/");
    expect(mail.text).toContain("page Réseau");
    expect(mail.text).not.toMatch(/\{\{|cause\./);
    await refuse("one", "connected");
    await noticeShop(SHOP);
    expect(await open()).toEqual([]);
    expect((await noticesView(SHOP)).lines).toMatchObject([{ cause: "network_refused", mail: "none", closedAt: expect.any(String), mailedAt: expect.any(String) }]);
  });

  test("names an account that was told no name by its network, and where there are two of them also by its id", async () => {
    await refuse("IRone", "refused", "IRone");
    await noticeShop(SHOP);
    await refuse("IRtwo", "refused", "IRtwo");
    await noticeShop(SHOP);
    forward(11 * MINUTE);
    expect(await mailAll()).toBe(2);
    expect(got.map(({ subject }) => subject).sort()).toEqual(["Petit Atelier : impact.com (IRtwo) refuse l’application", "Petit Atelier : impact.com refuse l’application"]);
    expect(got.map(({ text }) => /compte [^.]+\.com[^.]*/.exec(text!)?.[0]).sort()).toEqual(["compte impact.com", "compte impact.com (IRtwo)"]);
  });

  test("that was over before it was due is not mailed", async () => {
    await refuse("one");
    await noticeShop(SHOP);
    await refuse("one", "connected");
    await noticeShop(SHOP);
    forward(60 * MINUTE);
    expect(await mailAll()).toBe(0);
    expect((await noticesView(SHOP)).lines).toEqual([]); // it mended itself
  });

  test("whose cause comes and goes is mailed once a day", async () => {
    for (let hour = 0; hour < 20; hour++) {
      await refuse("one");
      await noticeShop(SHOP);
      forward(30 * MINUTE);
      await mailAll();
      await refuse("one", "connected");
      await noticeShop(SHOP);
      forward(30 * MINUTE);
    }
    expect(got).toHaveLength(1);
    forward(24 * 60 * MINUTE);
    await refuse("one");
    await noticeShop(SHOP);
    forward(30 * MINUTE);
    await mailAll();
    expect(got).toHaveLength(2);
  });

  test("of each cause has words of its own", async () => {
    await pool().query("update shop set token_problem = 'revoked', hooks_problem = 'silent', language = 'zh-CN' where shop = $1", [SHOP]);
    await pool().query("insert into delivery (shop, webhook_id, topic, received_at, body_hash) values ($1, 'w', 'orders/paid', $2, '')", [SHOP, new Date(Date.now() + offset - 11 * MINUTE)]);
    await pool().query("insert into order_state (shop, order_id, fetch_at, fetch_tries) values ($1, '1', now(), 4)", [SHOP]);
    await refuse("one");
    await noticeShop(SHOP);
    expect((await open()).map(({ cause }) => cause).sort()).toEqual(["hooks", "inbox", "network_refused", "store_silent", "token"]);
    forward(2 * 60 * MINUTE);
    expect(await mailAll()).toBe(5);
    expect(new Set(got.map(({ subject }) => subject)).size).toBe(5);
    expect(got.every(({ subject, text }) => /\p{Script=Han}/u.test(`${subject}`) && !/\{\{/.test(`${subject}${text}`))).toBe(true);
    await pool().query("delete from order_state where shop = $1", [SHOP]);
  });
});

describe("mail", () => {
  test("that the server cannot take now is tried again; what it refuses is not, and neither holds up another", async () => {
    await refuse("one");
    await refuse("two");
    await noticeShop(SHOP);
    forward(11 * MINUTE);
    answers = [451, 550];
    expect(await mailAll()).toBe(2);
    expect(got).toHaveLength(0);
    const { rows } = await pool().query<{ mail_problem: string; waits: boolean }>("select mail_problem, mail_at is not null as waits from notice where shop = $1 order by id", [SHOP]);
    expect(rows.map(({ waits }) => waits)).toEqual([true, false]);
    expect(rows[0]!.mail_problem).not.toContain("buyer@shop.example");
    forward(MINUTE);
    await mailAll();
    expect(got).toHaveLength(1);
    expect((await noticesView(SHOP)).lines.map(({ mail, mailedAt }) => [mail, mailedAt !== null])).toEqual([["failed", false], ["none", true]]);
  });

  test("goes out again, under the same name, where the process died after it was sent", async () => {
    await refuse("one");
    await noticeShop(SHOP);
    forward(11 * MINUTE);
    await mailAll();
    await pool().query("update notice set mailed_at = null, mail_at = opened_at where shop = $1", [SHOP]);
    await mailAll();
    expect(got).toHaveLength(2);
    expect(got[0]!.messageId).toBe(got[1]!.messageId);
  });

  test("is sent by one of two processes alone", async () => {
    await refuse("one");
    await noticeShop(SHOP);
    forward(11 * MINUTE);
    await Promise.all([mailOnce(sayNotice), mailOnce(sayNotice), sleep(0)]);
    expect(got).toHaveLength(1);
  });

  test("goes where the merchant wants it, or nowhere", async () => {
    expect(await changeNoticeSettings(SHOP, "Camille", { notify: true, email: "no address" })).toEqual([{ field: "email", key: "notices.email" }]);
    expect(await changeNoticeSettings(SHOP, "Camille", { notify: true, email: " team@atelier.example " })).toEqual([]);
    await refuse("one");
    await noticeShop(SHOP);
    forward(11 * MINUTE);
    await mailAll();
    expect(got.map(({ to }) => to?.[0]?.address)).toEqual(["team@atelier.example"]);
    await refuse("two");
    await noticeShop(SHOP);
    await changeNoticeSettings(SHOP, "Camille", { notify: false, email: "" });
    forward(24 * 60 * MINUTE);
    expect(await mailAll()).toBe(0);
  });

  test("is not sent to a shop that has left", async () => {
    await refuse("one");
    await noticeShop(SHOP);
    await pool().query("update shop set uninstalled_at = now() where shop = $1", [SHOP]);
    forward(60 * MINUTE);
    const { closeNoticesOfGone } = await import("#app/db/notice.ts");
    await closeNoticesOfGone(new Date());
    expect(await mailAll()).toBe(0);
  });
});

test.each([["a@b.example", "a@b.example"], ["", null], [null, null]])("the address %j is taken as %j", (typed, email) => {
  expect(readTypedEmail(typed)).toEqual({ email });
});

test.each(["a@b", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "a@b.example,c@d.example", `${"a".repeat(250)}@b.example`, 7, "<a@b.example>"])("the address %j is refused", (typed) => {
  expect(readTypedEmail(typed)).toBeNull();
});
