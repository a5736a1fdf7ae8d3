import * as environments from "../environments";
import { expectRecorded } from "./support/recorded-state";
import * as referenceEnvironments from "./support/reference-environments";

/** A line for each setting; what has a name is found by it, wherever it stands. */
function linesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== "object" || value === null) {
    return value === undefined ? [] : [`${path} = ${JSON.stringify(value)}`];
  }
  return Object.entries(value as Readonly<Record<string, unknown>>).flatMap(([key, member]) => {
    const { name, location } = (member ?? {}) as { readonly name?: unknown; readonly location?: unknown };
    const segment =
      Array.isArray(value) && name !== undefined ? [name, location].filter(Boolean).join("@") : key;
    return linesOf(member, `${path}/${segment}`);
  });
}

/**
 * Tests of behaviour run on the reference environments. In the repository where those are kept nothing differs:
 * `npm run accept -- --reference` takes a change of environments/ over. A repository with environments of its own
 * records what is different.
 */
test("environments/ differs from the reference environments in what is recorded", () => {
  const ours = linesOf({ ...environments }, "environments");
  const reference = linesOf({ ...referenceEnvironments }, "environments");
  expectRecorded([
    ...reference.filter((line) => !ours.includes(line)).map((line) => `- ${line}`),
    ...ours.filter((line) => !reference.includes(line)).map((line) => `+ ${line}`),
  ]);
});
