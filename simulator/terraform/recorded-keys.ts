import { deterministicHex } from "./deterministic-value";
import type { PlannedResource } from "./plan-configuration";
import type { JsonObject } from "./stack-document";

const KEYS = ["primary_key", "secondary_key"];
/** What is shorter may stand in another text by chance. */
const MIN_LENGTH = 16;

interface RecordedKey {
  readonly name: string;
  readonly key: string;
  /** The one in its place: the same in every run. */
  readonly other: string;
}

/**
 * Puts other keys of subscriptions in place of those that a plan or state holds, wherever they stand: whoever reads what
 * the simulator prints could get into the deployed gateway with them.
 */
export function withoutRecordedKeys(resources: readonly PlannedResource[]): readonly PlannedResource[] {
  const recorded = resources.flatMap(keysOf).filter(({ key }) => key.length >= MIN_LENGTH);
  const others = new Map(recorded.map(({ key, other }) => [key, other]));
  const anyKey = new RegExp([...others.keys()].map((key) => key.replace(/\W/g, "\\$&")).join("|"), "g");
  const withOthers = (text: string): string => text.replace(anyKey, (key) => others.get(key) ?? key);
  return resources.map((resource) => {
    const values = others.size === 0 ? resource.values : mapTexts(resource.values, withOthers);
    const own = keysOf(resource).map(({ name, other }) => [name, other] as const);
    return { ...resource, values: { ...(values as JsonObject), ...Object.fromEntries(own) } };
  });
}

function keysOf({ type, address, values }: PlannedResource): readonly RecordedKey[] {
  return KEYS.flatMap((name) => {
    const key: unknown = type === "azurerm_api_management_subscription" ? values[name] : undefined;
    return typeof key === "string" && key !== ""
      ? [{ name, key, other: deterministicHex(`${address}/${name}`, 32) }]
      : [];
  });
}

function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === "string") {
    return map(value);
  }
  if (Array.isArray(value)) {
    return value.map((item) => mapTexts(item, map));
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapTexts(item, map)]))
    : value;
}
