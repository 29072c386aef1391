// Which column of a file is what: guessed from the headings, in the languages that such files are written in. A person may say otherwise.

export const SHEET_FIELDS = ["email", "handle", "name", "first", "last", "program", "code", "link", "deal", "policy", "start", "end"] as const;
export type SheetField = (typeof SHEET_FIELDS)[number];

/** What a file is for: creators; codes of creators; the influencer platform's orders, whose codes and links are to be filled in. */
export const PURPOSES = ["creators", "codes", "platform"] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Which column each field stands in, counted from 0. */
export type Columns = Partial<Record<SheetField, number>>;

/** The fields that a file of each purpose can have. */
export const FIELDS_OF: Record<Purpose, readonly SheetField[]> = {
  creators: ["email", "handle", "name", "first", "last", "program"],
  codes: ["email", "handle", "name", "first", "last", "code", "deal", "policy", "start", "end"],
  platform: ["email", "handle", "name", "first", "last", "code", "link"],
};

/** Headings as `plainHeading` leaves them: English, French, German, Chinese. */
const NAMES: Record<SheetField, string> = {
  email: "email emailaddress mail mailaddress creatoremail influenceremail contactemail courriel adresseemail adressemail adressedemessagerie emailadresse mailadresse 邮箱 电子邮箱 邮件 电子邮件 邮箱地址 邮件地址 电邮",
  handle: "handle username user account accountname instagram instagramhandle instagramusername instagramaccount tiktok tiktokhandle youtube socialhandle pseudo pseudonyme identifiant compte compteinstagram nomdutilisateur benutzername nutzername konto 账号 帐号 用户名 账户 红人账号 达人账号",
  name: "name fullname creator creatorname influencer influencername displayname partner partnername nomcomplet createur creatrice influenceur influenceuse nomducreateur nomprenom prenomnom prenometnom vollstandigername kunstler 姓名 名字 名称 创作者 达人 红人 达人昵称 昵称 博主",
  first: "firstname givenname forename prenom vorname 名",
  last: "lastname surname familyname nom nomdefamille nachname familienname 姓 姓氏",
  program: "program programme programname nomduprogramme programm 项目 计划 联盟计划",
  code: "promocode code discountcode couponcode coupon vouchercode voucher promotioncode codepromo codepromotionnel codedereduction codereduction codepromopersonnalise rabattcode gutscheincode gutschein aktionscode 优惠码 折扣码 优惠代码 促销码 优惠券 优惠券码 专属码",
  link: "affiliatelink affiliateurl trackinglink trackedlink link url lienaffilie liendaffiliation lienaffiliation lientracke lien affiliatelinks partnerlink 推广链接 联盟链接 追踪链接 链接",
  deal: "deal dealname offer discount promotion offre remise reduction angebot rabatt aktion 优惠 折扣 活动",
  policy: "policy creditpolicy regledecredit regle gutschriftregel regel 归因规则 计入规则 计入条件 规则",
  start: "start from validfrom starts startdate startsat startson begin debut datededebut du valableapartirdu beginn startdatum gultigab von 开始 开始日期 开始时间 生效日期",
  end: "end ends enddate endsat endson until to validuntil validto expires expiry expirydate expirationdate fin datedefin jusquau expiration ende enddatum gultigbis bis 结束 结束日期 结束时间 到期日期 截止日期 有效期至",
};

/** Words that a longer heading is known by ("E-mail of the creator"), those that say most first. */
const PARTS: readonly (readonly [SheetField, RegExp])[] = [
  ["code", /promocode|discountcode|couponcode|codepromo|rabattcode|gutscheincode|优惠码|折扣码/],
  ["link", /affiliatelink|trackinglink|lienaffili|liendaffili|推广链接/],
  ["email", /email|courriel|mailadresse|邮箱|邮件/],
  ["handle", /handle|username|instagram|tiktok|账号|用户名/],
  ["first", /firstname|prenom|vorname/],
  ["last", /lastname|nachname|nomdefamille/],
  ["start", /startdate|datededebut|startdatum|开始/],
  ["end", /enddate|datedefin|enddatum|expir|结束|到期/],
  ["name", /fullname|nomcomplet|creatorname|influencername|姓名/],
];

/** A heading by its letters and digits alone: "E-mail" is "email", "Prénom" is "prenom". */
export function plainHeading(heading: string): string {
  return heading
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replace(/[^\p{Letter}\p{Number}]/gu, "");
}

const FIELD_BY_NAME = new Map(SHEET_FIELDS.flatMap((field) => NAMES[field].split(" ").map((name) => [name, field] as const)));

function fieldNamed(plain: string): SheetField | null {
  return FIELD_BY_NAME.get(plain) ?? null;
}

/** The columns by their headings; each field is found once, the exact names first, from left to right. */
export function guessColumns(headings: readonly string[]): Columns {
  const plain = headings.map(plainHeading);
  const columns: Columns = {};
  const used = new Set<number>();
  const take = (field: SheetField, at: number) => {
    if (columns[field] !== undefined || used.has(at)) return;
    columns[field] = at;
    used.add(at);
  };
  for (const [at, name] of plain.entries()) {
    const field = fieldNamed(name);
    if (field) take(field, at);
  }
  for (const [field, part] of PARTS) for (const [at, name] of plain.entries()) if (part.test(name)) take(field, at);
  // "Nom" beside "Prénom" is the family name; alone it is the whole name. Likewise 姓 and 名.
  if (columns.last !== undefined && columns.first === undefined && columns.name === undefined) {
    columns.name = columns.last;
    delete columns.last;
  }
  return columns;
}

/** How many of the cells are headings that are known in full. */
export function knownHeadings(cells: readonly string[]): number {
  return cells.filter((cell) => cell.trim() !== "" && cell.length <= 60 && fieldNamed(plainHeading(cell)) !== null).length;
}

/** Whether the headings are those of the influencer platform's export: its two columns, as it writes them, beside whom they are for. */
export function isPlatformExport(headings: readonly string[]): boolean {
  const plain = headings.map(plainHeading);
  const columns = guessColumns(headings);
  const theirs = plain.includes("promocode") || plain.includes("affiliatelink");
  return theirs && (columns.email !== undefined || columns.handle !== undefined);
}

/** What a file is most likely for. `codes`: the cells of its column of codes, if it has one: a platform's export comes with empty ones. */
export function guessPurpose(headings: readonly string[], codes: readonly string[]): Purpose {
  const columns = guessColumns(headings);
  if (isPlatformExport(headings) && (columns.code === undefined || codes.some((code) => code.trim() === ""))) return "platform";
  return columns.code === undefined ? "creators" : "codes";
}

export type Cells = { n: number; cells: readonly string[] };
type Span = { top: number; bottom: number; left: number; right: number };
export type Header = { at: number; n: number; names: string[] };

/** The header is among the first rows. */
const MOST_ABOVE = 20;
export const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/**
 * The row of headings: of the first ones that with the most known headings; where none has any, the first, unless it holds an e-mail address, which
 * no heading does. A heading that is merged over several rows or columns stands for each of them. null: there is none.
 */
export function findHeader(rows: readonly Cells[], merges: readonly Span[] = []): Header | null {
  const first = rows.slice(0, MOST_ABOVE).map((row, at) => ({ at, n: row.n, names: headings(rows, row, merges) }));
  let best: { header: Header; known: number } | null = null;
  for (const header of first) {
    const known = knownHeadings(header.names);
    if (known > (best?.known ?? 0)) best = { header, known };
  }
  if (best) return best.header;
  const top = first[0];
  return top && !top.names.some((name) => EMAIL.test(name.trim())) ? top : null;
}

function headings(rows: readonly Cells[], row: Cells, merges: readonly Span[]): string[] {
  const names = [...row.cells].map((cell) => cell.trim().replace(/\s+/g, " "));
  for (const { top, bottom, left, right } of merges) {
    if (row.n < top || row.n > bottom) continue;
    const text = rows.find(({ n }) => n === top)?.cells[left]?.trim() ?? "";
    if (text === "") continue;
    for (let column = left; column <= Math.min(right, left + 50); column++) {
      while (names.length <= column) names.push("");
      if (names[column] === "") names[column] = text;
    }
  }
  return names;
}
