import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { EnvironmentSettings } from "../../stacks/environment-settings";
import type { Attributes, SynthesizedStack } from "../support/synthesized-stack";
import { FORCING_ARGUMENTS } from "./forcing-arguments";

/** Forcing arguments that are written, by path. */
type Forced = Readonly<Record<string, unknown>>;
/** By address. */
type Resources = Readonly<Record<string, Forced>>;

/** What a release makes of the reference environments, as far as a change of it costs a deployed stack something. */
export interface ReleaseBaseline {
  readonly version: string;
  /** The environments as they were: what their users would synthesize again with a later release. */
  readonly settings: Readonly<Record<string, EnvironmentSettings>>;
  /** By stack. */
  readonly stacks: Readonly<Record<string, Resources>>;
}

/** Files of this folder named after a version. */
const BASELINE = /^\d+\.\d+\.\d+\.json$/;
const GONE = "is gone";
/** Words of the changelog for a resource that is not where, or not what, it was. */
const EFFECT = /\*\*(?:moves|replaces)\b/i;

/** The baseline of the last release: there is one file. */
export function lastRelease(): ReleaseBaseline {
  const files = readdirSync(__dirname).filter((name) => BASELINE.test(name));
  if (files.length !== 1) {
    throw new Error(`test/release has ${files.length} baselines, it should have one: npm run baseline`);
  }
  return JSON.parse(readFileSync(join(__dirname, files[0] ?? ""), "utf8")) as ReleaseBaseline;
}

/** What a release is judged by, of stacks by name. */
export function baselineOf(
  stacks: ReadonlyMap<string, Pick<SynthesizedStack, "resources">>,
): ReleaseBaseline["stacks"] {
  return Object.fromEntries(
    [...stacks].map(([name, { resources }]) => [
      name,
      Object.fromEntries(
        resources
          .map(({ address, type, attributes }) => [address, forcedBy(type, attributes)] as const)
          .sort(([left], [right]) => (left < right ? -1 : 1)),
      ),
    ]),
  );
}

function forcedBy(type: string, attributes: Attributes): Forced {
  const { ignore_changes: ignored } = (attributes.lifecycle ?? {}) as { readonly ignore_changes?: unknown };
  const paths = Object.keys(FORCING_ARGUMENTS[type] ?? {}).filter(
    (path) => !(Array.isArray(ignored) && ignored.includes(path)),
  );
  const values = paths.map((path) => [path, valueAt(attributes, path.split("."))] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** Blocks that can be there once are written as an object, or as a list with one. */
function valueAt(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) {
    return value ?? undefined;
  }
  const block: unknown = Array.isArray(value) ? value[0] : value;
  return typeof block === "object" && block !== null ? valueAt((block as Attributes)[name], rest) : undefined;
}

/**
 * What a deployed stack would lose by an upgrade from a release, in sentences: resources that are gone from their
 * addresses, and arguments that force a replacement. What the changelog names is left out, and what a `moved` block
 * takes to another address.
 *
 * @param unreleased the changelog's section on what comes next: an entry of it names the address, or the type, as code,
 *   and says in bold what Terraform does
 */
export function upgradeProblems(
  before: ReleaseBaseline,
  stacks: ReadonlyMap<string, Pick<SynthesizedStack, "resources" | "json">>,
  unreleased: string,
): readonly string[] {
  const after = baselineOf(stacks);
  const entries = unreleased.split(/\n(?=- )/).filter((entry) => EFFECT.test(entry));
  const isAnnounced = (address: string): boolean =>
    [address, address.slice(0, address.indexOf("."))].some((name) =>
      entries.some((entry) => entry.includes(`\`${name}\``)),
    );
  return Object.entries(before.stacks).flatMap(([stack, resources]) => {
    const moves = movesOf(stacks.get(stack)?.json.moved);
    return Object.entries(resources)
      .filter(([address]) => !isAnnounced(address))
      .flatMap(([address, forced]) => {
        const now = after[stack]?.[moves.get(address) ?? address];
        const found = now === undefined ? [GONE] : differences(address, renamed(forced, moves), now);
        return found.map(
          (what) =>
            `${stack}: ${address} ${what} since ${before.version}. Mend it, add a moved block, or name the resource in ` +
            `CHANGELOG.md under 'Unreleased' and say what Terraform does: **moves** or **replaces**.`,
        );
      });
  });
}

function differences(address: string, before: Forced, after: Forced): readonly string[] {
  const arguments_ = FORCING_ARGUMENTS[address.slice(0, address.indexOf("."))] ?? {};
  return Object.entries(arguments_)
    .filter(([path, forcing]) => {
      const [old, young] = [before[path], after[path]];
      if (forcing === true) {
        return !isDeepStrictEqual(old, young);
      }
      // What a class has no word for can be set in place.
      return forcing(old) !== undefined && forcing(old) !== forcing(young);
    })
    .map(
      ([path]) =>
        `would be replaced: ${path} was ${JSON.stringify(before[path])} and is ${JSON.stringify(after[path])}`,
    );
}

function movesOf(moved: unknown): ReadonlyMap<string, string> {
  const blocks = (Array.isArray(moved) ? moved : []) as readonly {
    readonly from: string;
    readonly to: string;
  }[];
  return new Map(blocks.map(({ from, to }) => [from, to]));
}

/** References to what was moved lead to the same resource. */
function renamed(forced: Forced, moves: ReadonlyMap<string, string>): Forced {
  const text = [...moves].reduce(
    (json, [from, to]) => json.replaceAll(`\${${from}.`, `\${${to}.`),
    JSON.stringify(forced),
  );
  return JSON.parse(text) as Forced;
}
