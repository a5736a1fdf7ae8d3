import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { synthesizedReferenceEnvironments } from "../support/environments";
import { DOCS, ROOT } from "./samples";

const CONSOLE = /^```console\n([\s\S]*?)^```$/gm;
/** Set by every shell. */
const OF_THE_SHELL = ["HOME", "PWD"];

const PAGES = new Map(
  [...readdirSync(DOCS).filter((page) => page.endsWith(".md")), "../README.md"].map((page) => [
    page,
    readFileSync(join(DOCS, page), "utf8"),
  ]),
);

/** The shell commands of a page, up to a place in it. */
function commands(text: string, end = text.length): string {
  return [...text.matchAll(CONSOLE)]
    .map(({ index, 1: block = "" }) => block.slice(0, Math.max(0, end - index - "```console\n".length)))
    .join("");
}

/** Variables that the commands of a page read before they set them, and that its prose has not named. */
function unset(text: string): readonly string[] {
  return [...text.matchAll(CONSOLE)].flatMap(({ index, 1: block = "" }) =>
    [...block.matchAll(/\$\{?([A-Z][A-Z0-9_]*)/g)].flatMap((use) => {
      const [, name = ""] = use;
      const at = index + "```console\n".length + use.index;
      const isSet = new RegExp(`(?:^|\\s)${name}=|^for ${name} in `, "m").test(commands(text, at));
      const isNamed = text.slice(0, at).includes(`\`${name}\``);
      return isSet || isNamed || OF_THE_SHELL.includes(name) ? [] : [name];
    }),
  );
}

const withCommands = [...PAGES].filter(([, text]) => commands(text).includes("$"));

test.each(withCommands)("%s sets or names every variable before a command reads it", (_page, text) => {
  expect(unset(text)).toEqual([]);
});

test("a variable that is set further down the page is missing where it is read", () => {
  const page = "```console\necho $TOKEN\n```\n\n```console\nTOKEN=1\necho $TOKEN\n```\n";
  expect(unset(page)).toEqual(["TOKEN"]);
});

test("a variable that is set in a later line of the same block is missing where it is read", () => {
  expect(unset("```console\necho $KEY\nKEY=1\n```\n")).toEqual(["KEY"]);
});

/** Arguments of `curl` that carry a secret into the process list, or a `?` that some shells expand. */
function unsafeArguments(text: string): readonly string[] {
  const secret =
    /(?:-H|-d|--header|--data\S*|-u)\s+"[^"]*\$(?:TOKEN|KEY|\([^)]*(?:_code|token|secret))[^"]*"/g;
  const unquoted = /\bcurl [^"'\n]*\bhttps?:[^"'\s]*\?\S*/g;
  return [secret, unquoted].flatMap((pattern) => commands(text).match(pattern) ?? []);
}

test.each(withCommands)("%s hands secrets to curl by standard input, and quotes URLs", (_page, text) => {
  expect(unsafeArguments(text)).toEqual([]);
});

test.each([
  'curl "$URL" -H "Authorization: Bearer $TOKEN"',
  'curl "$URL" -d grant=code \\\n  -d "device_code=$(echo "$CODE" | jq -r .device_code)"',
  "curl https://gateway/chat?api-version=1 -K -",
])("%s is unsafe", (command) => {
  expect(unsafeArguments(`\`\`\`console\n${command}\n\`\`\`\n`)).toHaveLength(1);
});

describe("commands that read the stacks", () => {
  const readings = withCommands.flatMap(([page, text]) =>
    [...commands(text).matchAll(/-chdir=cdktf\.out\/stacks\/(\S+) output -raw (\w+)/g)].map(
      ([, stack = "", output = ""]) => [page, stack, output] as const,
    ),
  );

  test.each(readings)("%s: stack %s has output %s", (_page, stack, output) => {
    expect(Object.keys(synthesizedReferenceEnvironments().get(stack)?.json.output ?? {})).toContain(output);
  });

  test("deploy.md shows the outputs of dev, all of them and no other", () => {
    const [, shown = ""] = /^```text\ndev\n([\s\S]*?)^```$/m.exec(PAGES.get("deploy.md") ?? "") ?? [];
    const names = [...shown.matchAll(/^ {2}(\w+) = /gm)].map(([, name]) => name);
    expect(names).toEqual(
      Object.keys(synthesizedReferenceEnvironments().get("dev")?.json.output ?? {}).sort(),
    );
  });

  test.each(withCommands.filter(([page]) => page === "deploy.md"))(
    "%s reads keys of a client of dev",
    (_page, text) => {
      const subscriptions = synthesizedReferenceEnvironments()
        .get("dev")
        ?.ofType("azurerm_api_management_subscription")
        .map(({ attributes }) => attributes.subscription_id);
      const [, read] = /\/subscriptions\/([\w-]+)\/listSecrets/.exec(commands(text)) ?? [];
      expect(subscriptions).toContain(read);
    },
  );

  test("npm scripts that the pages run exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const run = [...PAGES.values()].flatMap((text) =>
      [...commands(text).matchAll(/npm run ([\w:]+)/g)].map(([, name = ""]) => name),
    );
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });
});
