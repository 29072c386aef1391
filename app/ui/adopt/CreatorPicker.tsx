// Whose is this code? Creators are searched for while the person types.
import { useFetcher } from "@remix-run/react";
import { Autocomplete } from "@shopify/polaris";
import { useEffect, useState } from "react";
import { useT } from "../../i18n.ts";
import type { Owner } from "./link-state.ts";

type Found = { q: string; people: { id: string; name: string; handle: string | null }[] };
type CreatorPickerProps = { code: string; owner: Owner; onOwner: (owner: Owner) => void };

const TYPING_MS = 250;
const EVERYBODY = "everybody";

export function CreatorPicker({ code, owner, onOwner }: CreatorPickerProps) {
  const t = useT("adopt");
  const { load, data, state } = useFetcher<Found>();
  const [text, setText] = useState<string | null>(null);
  const shown = text ?? (owner === null ? "" : owner.id === "" ? t("everybody") : owner.name);
  useEffect(() => {
    if (text === null) return;
    const timer = setTimeout(() => load(`/app/adopt/creators?q=${encodeURIComponent(text)}`), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, load]);

  const people = data?.people ?? [];
  const options = [...people.map(({ id, name, handle }) => ({ value: id, label: handle ? `${name} (${handle})` : name })), { value: EVERYBODY, label: t("everybody_long") }];

  function choose([chosen]: string[]) {
    if (chosen === EVERYBODY) onOwner({ id: "", name: "" });
    else {
      const person = people.find((one) => one.id === chosen);
      if (person) onOwner({ id: person.id, name: person.name });
    }
    setText(null);
  }

  return (
    <Autocomplete
      options={options}
      selected={owner === null ? [] : [owner.id === "" ? EVERYBODY : owner.id]}
      loading={text !== null && state === "loading" && people.length === 0}
      onSelect={choose}
      textField={
        <Autocomplete.TextField
          label={t("link.creator_of", { code })}
          labelHidden
          value={shown}
          onChange={setText}
          onFocus={() => setText(text ?? "")}
          onBlur={() => setText(null)}
          placeholder={t("link.choose")}
          autoComplete="off"
          clearButton={owner !== null}
          onClearButtonClick={() => {
            setText(null);
            onOwner(null);
          }}
        />
      }
    />
  );
}
