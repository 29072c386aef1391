// Files that people brought in, with their bytes, until they are deleted.
import { Prisma } from "@prisma/client";
import { pool, prisma } from "../db.server.ts";

export type SheetFileRow = { id: string; name: string; purpose: string; mapping: unknown; result: unknown; state: string; who: string; createdAt: Date; appliedAt: Date | null };

const COLUMNS = `id, name, purpose, mapping, result, state, who, created_at as "createdAt", applied_at as "appliedAt"`;

export async function insertSheetFile(shop: string, file: Omit<SheetFileRow, "appliedAt"> & { bytes: Buffer }): Promise<void> {
  const { mapping, result, bytes, ...row } = file;
  await prisma().sheetFile.create({ data: { shop, ...row, bytes: new Uint8Array(bytes), mapping: mapping as Prisma.InputJsonValue, result: result as Prisma.InputJsonValue } });
}

/** Without its bytes. */
export async function findSheetFile(shop: string, id: string): Promise<SheetFileRow | null> {
  const { rows } = await pool().query<SheetFileRow>(`select ${COLUMNS} from sheet_file where shop = $1 and id = $2`, [shop, id]);
  return rows[0] ?? null;
}

export async function readSheetBytes(shop: string, id: string): Promise<Buffer | null> {
  const { rows } = await pool().query<{ bytes: Buffer }>("select bytes from sheet_file where shop = $1 and id = $2", [shop, id]);
  return rows[0]?.bytes ?? null;
}

/** A page of the shop's files, the newest first. */
export async function listSheetFiles(shop: string, limit: number, offset: number): Promise<{ rows: SheetFileRow[]; total: number }> {
  const { rows } = await pool().query<SheetFileRow & { total: number }>(
    `select ${COLUMNS}, (count(*) over ())::int as total from sheet_file where shop = $1 order by created_at desc, id limit $2 offset $3`,
    [shop, limit, offset],
  );
  return { rows, total: rows[0]?.total ?? 0 };
}

/** Only while nothing came of it yet; false where something has. */
export async function updateSheetFile(shop: string, id: string, data: { purpose: string; mapping: unknown; result: unknown }): Promise<boolean> {
  const { rowCount } = await pool().query("update sheet_file set purpose = $3, mapping = $4, result = $5 where shop = $1 and id = $2 and state <> 'applied'", [shop, id, data.purpose, JSON.stringify(data.mapping), JSON.stringify(data.result)]);
  return rowCount === 1;
}

export async function markSheetApplied(shop: string, id: string, result: unknown, at: Date): Promise<void> {
  await pool().query("update sheet_file set state = 'applied', result = $3, applied_at = $4 where shop = $1 and id = $2", [shop, id, JSON.stringify(result), at]);
}

export async function deleteSheetFile(shop: string, id: string): Promise<boolean> {
  return (await pool().query("delete from sheet_file where shop = $1 and id = $2", [shop, id])).rowCount === 1;
}

/** Of every shop. Returns how many there were. */
export async function deleteSheetFilesBefore(at: Date): Promise<number> {
  return (await pool().query("delete from sheet_file where created_at < $1", [at])).rowCount ?? 0;
}
