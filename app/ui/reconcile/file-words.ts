// The words of the file of differences, in the language of the page that it is downloaded from.
import { type Language, loadLanguage, translateIn } from "../../i18n.ts";

export async function differenceWords(language: Language) {
  await loadLanguage(language);
  const t = translateIn(language, "reconcile");
  return {
    column: (column: string) => t(`file.${column}`),
    cause: (cause: string) => t(`cause.${cause}.title`, { count: 1 }),
    mend: (cause: string) => t(`cause.${cause}.mend`),
    needs: (needs: string) => t(`file.${needs}`),
    sheet: t("file.sheet"),
    fileName: (from: string, to: string) => t("file.name", { from, to }),
  };
}
