// A list of words that a person adds to and takes from, with those that were seen on orders to choose from.
import { BlockStack, Button, InlineStack, Tag, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { cleanWords } from "../../domain/rule-form.ts";
import type { SeenWord } from "../../domain/settings-page.ts";
import { useT } from "../../i18n.ts";

const SHOWN_FIRST = 4;

type WordListProps = { label: string; help: string; words: string[]; seen: SeenWord[]; error?: string | undefined; none: string; nameOf?: (word: string) => string; onChange: (words: string[]) => void };

export function WordList({ label, help, words, seen, error, none, nameOf = (word) => word, onChange }: WordListProps) {
  const t = useT("settings");
  const [text, setText] = useState("");
  const has = (word: string) => words.some((each) => each.toUpperCase() === word.trim().toUpperCase());
  const offered = seen.filter(({ word }) => !has(word));
  const [all, setAll] = useState(false);
  const shown = all ? offered : offered.slice(0, SHOWN_FIRST);

  function add(word: string) {
    setText("");
    if (word.trim() !== "" && !has(word)) onChange(cleanWords([...words, word]));
  }

  return (
    <BlockStack gap="200">
      <div
        onKeyDown={(event) => {
          // While an input method still composes, Enter chooses a character.
          if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
          event.preventDefault();
          add(text);
        }}
      >
        <TextField
          label={label}
          helpText={help}
          value={text}
          onChange={setText}
          onBlur={() => add(text)}
          autoComplete="off"
          {...(error ? { error } : {})}
          connectedRight={<Button disabled={text.trim() === ""} onClick={() => add(text)}>{t("words.add")}</Button>}
        />
      </div>
      {words.length === 0 ? (
        <Text as="p" tone="subdued">
          {none}
        </Text>
      ) : (
        <InlineStack gap="200">
          {words.map((word) => (
            <Tag key={word} onRemove={() => onChange(words.filter((each) => each !== word))}>
              {nameOf(word)}
            </Tag>
          ))}
        </InlineStack>
      )}
      {offered.length === 0 ? null : (
        <InlineStack gap="200" blockAlign="center">
          <Text as="span" tone="subdued" variant="bodySm">
            {t("words.seen")}
          </Text>
          {shown.map(({ word, orders, title }) => {
            // The name that is read aloud begins with what is seen, so that whoever speaks what is seen finds it.
            const label = `${title && title !== word ? `${title} (${word})` : nameOf(word)} · ${orders}`;
            return (
              <Button key={word} size="micro" onClick={() => add(word)} accessibilityLabel={t("words.add_seen", { label, count: orders })}>
                {label}
              </Button>
            );
          })}
          {offered.length > shown.length ? (
            <Button variant="plain" size="micro" onClick={() => setAll(true)}>
              {t("words.more", { count: offered.length - shown.length })}
            </Button>
          ) : null}
        </InlineStack>
      )}
    </BlockStack>
  );
}
