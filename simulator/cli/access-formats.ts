import { type AccessChange, type AccessEffect, describeChange } from "../access";
import type { AccessFormat } from "./access-command-line";

/** What was compared, for the formats that say so. */
export interface ComparedStacks {
  /** Names of the stacks. */
  readonly title: string;
  /** Path of the document that differences are about. */
  readonly document: string;
}

const EFFECTS: readonly AccessEffect[] = ["widened", "unknown", "narrowed", "changed"];
const TITLES: Readonly<Record<AccessEffect, string>> = {
  widened: "Access widens",
  unknown: "Cannot be told any more",
  narrowed: "Access narrows",
  changed: "Other changes",
};
const NOTHING = "Access does not change.";

/** Differences as people, pull requests or programs read them. */
export function describeChanges(
  changes: readonly AccessChange[],
  format: AccessFormat,
  stacks: ComparedStacks,
): string {
  switch (format) {
    case "text":
      return changes.length === 0 ? NOTHING : changes.map(describeChange).join("\n");
    case "markdown":
      return markdown(changes, stacks.title);
    case "json":
      return JSON.stringify({ version: 1, changes }, undefined, 2);
    case "sarif":
      return JSON.stringify(sarif(changes, stacks.document), undefined, 2);
  }
}

function markdown(changes: readonly AccessChange[], title: string): string {
  const sections = EFFECTS.flatMap((effect) => {
    const those = changes.filter((change) => change.effect === effect);
    return those.length === 0
      ? []
      : [`**${TITLES[effect]}**`, those.map((each) => `- ${escaped(each.text)}`).join("\n")];
  });
  return [`### ${escaped(title)}`, ...(sections.length === 0 ? [NOTHING] : sections)].join("\n\n");
}

/** What stacks say is a text, never markup: names of clients come from whoever wrote the change. */
function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~@]/g, (character) =>
    character === "@" ? "@\u200b" : character === "<" ? "&lt;" : `\\${character}`,
  );
}

const LEVELS: Readonly<Record<AccessEffect, string>> = {
  widened: "error",
  unknown: "warning",
  narrowed: "note",
  changed: "note",
};

/** SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
function sarif(changes: readonly AccessChange[], document: string): object {
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "azure-apim-simulator access",
            rules: EFFECTS.map((effect) => ({
              id: `access-${effect}`,
              shortDescription: { text: TITLES[effect] },
              defaultConfiguration: { level: LEVELS[effect] },
            })),
          },
        },
        results: changes.map(({ effect, text, gateway, api }) => ({
          ruleId: `access-${effect}`,
          level: LEVELS[effect],
          message: { text },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(document.replaceAll("\\", "/")) },
                region: { startLine: 1 },
              },
              logicalLocations: [{ fullyQualifiedName: `${gateway}/${api}`, kind: "resource" }],
            },
          ],
        })),
      },
    ],
  };
}
