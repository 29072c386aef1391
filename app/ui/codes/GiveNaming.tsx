// How the codes are named: a pattern with what can stand in it, what happens where a name is taken, hyphens, and the length.
import { BlockStack, Button, Card, Checkbox, Collapsible, InlineGrid, InlineStack, Select, Text, TextField } from "@shopify/polaris";
import { useState } from "react";
import { LENGTHS, NAME_WORDS, namesEach, type NamingProblem, type NamingSettings, OF_CREATORS, readNaming, WHEN_TAKEN, type WhenTaken } from "../../domain/naming-pattern.ts";
import { useT } from "../../i18n.ts";
import { PatternProblemWords } from "./PatternWords.tsx";

const PRESETS = { each: ["{FIRST}{AMOUNT}", "{FIRST}{LAST:1}{AMOUNT}", "{HANDLE}{AMOUNT}", "{RANDOM:6}"], everybody: ["{PROGRAM}{AMOUNT}", "{DEAL}{AMOUNT}", "{DEAL}{YEAR}"] };

type NamingProps = { title?: string; settings: NamingSettings; inNetwork: boolean; each: boolean; onSettings: (settings: NamingSettings) => void };

export function GiveNaming({ title, settings, inNetwork, each, onSettings }: NamingProps) {
  const t = useT("codes");
  const [legend, setLegend] = useState(false);
  const read = readNaming(settings.pattern);
  const problem: NamingProblem | null = read.ok ? null : read;
  const change = (changes: Partial<NamingSettings>) => onSettings({ ...settings, ...changes });
  const hyphenLost = read.ok && !settings.hyphens && read.parts.some((part) => part.kind === "text" && part.text.includes("-"));
  return (
    <Card>
      <BlockStack gap="300">
        <Text as="h2" variant="headingSm">
          {title ?? t(each ? "give.naming.title" : "give.naming.title_everybody")}
        </Text>
        <TextField
          label={t("give.naming.pattern")}
          helpText={t(each ? "give.naming.pattern_help" : "give.naming.pattern_help_everybody")}
          value={settings.pattern}
          onChange={(pattern) => change({ pattern })}
          error={problem ? <PatternProblemWords pattern={settings.pattern} problem={problem} /> : undefined}
          monospaced
          autoComplete="off"
          spellCheck={false}
        />
        <InlineStack gap="200" blockAlign="center">
          {PRESETS[each ? "each" : "everybody"].map((preset) => (
            <Button key={preset} size="slim" pressed={settings.pattern === preset} onClick={() => change({ pattern: preset })}>
              {preset}
            </Button>
          ))}
          <Button variant="plain" ariaExpanded={legend} ariaControls="naming-words" disclosure={legend ? "up" : "down"} onClick={() => setLegend(!legend)}>
            {t("give.naming.words_title")}
          </Button>
        </InlineStack>
        <Collapsible id="naming-words" open={legend}>
          <Words each={each} onWord={(word) => change({ pattern: `${settings.pattern}{${word}}` })} />
        </Collapsible>
        {each && read.ok && !namesEach(read.parts) ? <Note text={t("give.naming.all_alike")} /> : null}
        {hyphenLost ? <Note text={t("give.naming.hyphen_lost")} /> : null}
        <InlineGrid columns={{ xs: 1, sm: 2 }} gap="300">
          <Select
            label={t("give.naming.taken")}
            options={WHEN_TAKEN.map((rule) => ({ value: rule, label: t(`give.naming.taken_${rule}`) }))}
            value={settings.whenTaken}
            onChange={(rule) => change({ whenTaken: rule as WhenTaken })}
            helpText={t(`give.naming.taken_${settings.whenTaken}_help`)}
          />
          <LongestField longest={settings.longest} onLongest={(longest) => change({ longest })} />
        </InlineGrid>
        <Checkbox label={t("give.naming.hyphens")} helpText={t(inNetwork ? "give.naming.hyphens_network" : "give.naming.hyphens_help")} checked={settings.hyphens} onChange={(hyphens) => change({ hyphens })} />
      </BlockStack>
    </Card>
  );
}

function Words({ each, onWord }: { each: boolean; onWord: (word: string) => void }) {
  const t = useT("codes");
  const words = NAME_WORDS.filter((word) => each || !OF_CREATORS.includes(word));
  return (
    <BlockStack gap="200">
      <InlineGrid columns={{ xs: 1, sm: 2 }} gap="200">
        {words.map((word) => (
          <InlineStack key={word} gap="200" wrap={false} blockAlign="start">
            <span style={{ flex: "none", minWidth: "6.5rem" }}>
              <Button variant="plain" onClick={() => onWord(word)} accessibilityLabel={t("give.naming.add_word", { word: `{${word}}` })}>
                {`{${word}}`}
              </Button>
            </span>
            <Text as="span" tone="subdued">
              {t(`give.naming.word.${word}`)}
            </Text>
          </InlineStack>
        ))}
      </InlineGrid>
      <Text as="p" tone="subdued">
        {t("give.naming.words_help", { random: "{RANDOM:6}", number: "{NUMBER:3}", word: each ? "{FIRST:5}" : "{DEAL:5}" })}
      </Text>
    </BlockStack>
  );
}

/** What is typed stays as it is until it is a length that can be. */
function LongestField({ longest, onLongest }: { longest: number; onLongest: (longest: number) => void }) {
  const t = useT("codes");
  const [typed, setTyped] = useState(String(longest));
  const count = /^\d+$/.test(typed.trim()) ? Number(typed) : NaN;
  const wrong = !(count >= LENGTHS.shortest && count <= LENGTHS.longest);
  return (
    <TextField
      label={t("give.naming.longest")}
      type="number"
      min={LENGTHS.shortest}
      max={LENGTHS.longest}
      value={typed}
      onChange={(value) => {
        setTyped(value);
        const next = Number(value);
        if (Number.isInteger(next) && next >= LENGTHS.shortest && next <= LENGTHS.longest) onLongest(next);
      }}
      helpText={t("give.naming.longest_help")}
      error={wrong ? t("give.naming.longest_range", { from: LENGTHS.shortest, to: LENGTHS.longest }) : undefined}
      suffix={t("give.naming.characters")}
      autoComplete="off"
    />
  );
}

function Note({ text }: { text: string }) {
  return (
    <Text as="p" tone="caution">
      {text}
    </Text>
  );
}
