// Choosing several of a list that is searched: what was chosen stands below as tags that can be taken off.
import { BlockStack, Combobox, Icon, InlineStack, Listbox, Tag, Text } from "@shopify/polaris";
import { SearchIcon } from "@shopify/polaris-icons";
import { useMemo, useState } from "react";

export type Option = { value: string; label: string };

type Props = {
  label: string;
  help?: string;
  placeholder: string;
  nothing: string; // where no option fits
  error?: string | undefined;
  options: Option[];
  chosen: Option[];
  onChange: (chosen: Option[]) => void;
  onSearch?: (words: string) => void; // where the options are only some of what there is
  loading?: boolean;
};

const MOST_SHOWN = 50;

export function PickMany({ label, help, placeholder, nothing, error, options, chosen, onChange, onSearch, loading = false }: Props) {
  const [words, setWords] = useState("");
  const shown = useMemo(() => {
    const wanted = words.trim().toLocaleLowerCase();
    return options.filter((option) => option.label.toLocaleLowerCase().includes(wanted)).slice(0, MOST_SHOWN);
  }, [options, words]);
  const isChosen = (value: string) => chosen.some((option) => option.value === value);

  function search(text: string) {
    setWords(text);
    onSearch?.(text);
  }

  function toggle(value: string) {
    const option = options.find((each) => each.value === value) ?? chosen.find((each) => each.value === value);
    if (!option) return;
    onChange(isChosen(value) ? chosen.filter((each) => each.value !== value) : [...chosen, option]);
    search("");
  }

  return (
    <BlockStack gap="200">
      <Combobox
        allowMultiple
        activator={
          <Combobox.TextField prefix={<Icon source={SearchIcon} />} label={label} placeholder={placeholder} value={words} onChange={search} autoComplete="off" error={error ?? false} {...(help ? { helpText: help } : {})} />
        }
      >
        {shown.length > 0 || loading ? (
          <Listbox onSelect={toggle} accessibilityLabel={label}>
            {shown.map(({ value, label: name }) => (
              <Listbox.Option key={value} value={value} selected={isChosen(value)} accessibilityLabel={name}>
                <Listbox.TextOption selected={isChosen(value)}>{name}</Listbox.TextOption>
              </Listbox.Option>
            ))}
            {loading ? <Listbox.Loading accessibilityLabel={label} /> : null}
          </Listbox>
        ) : (
          <Listbox accessibilityLabel={label}>
            <Listbox.Option value="" disabled>
              <Listbox.TextOption disabled>{nothing}</Listbox.TextOption>
            </Listbox.Option>
          </Listbox>
        )}
      </Combobox>
      {chosen.length > 0 ? (
        <InlineStack gap="150">
          {chosen.map((option) => (
            <Tag key={option.value} onRemove={() => toggle(option.value)}>
              <Text as="span" breakWord>{option.label}</Text>
            </Tag>
          ))}
        </InlineStack>
      ) : null}
    </BlockStack>
  );
}
