import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DOCS } from "./samples";

const pages = [
  "scenario-a-identity-providers.md",
  "scenario-b-certificates.md",
  "scenario-c-keys.md",
  "scenario-d-several-accounts.md",
  "scenario-combinations.md",
].map((name): [name: string, text: string] => [name, readFileSync(join(DOCS, name), "utf8")]);

describe.each(pages)("%s", (_name, text) => {
  test("says when to use it and when not, before anything else", () => {
    const [opening = ""] = text.split("```mermaid");
    expect(opening).toMatch(/\*\*Use it\*\*[^]*\*\*Do\s+not\*\*/);
  });

  test.each(["Before", "After"])("shows the architecture: %s", (moment) => {
    expect(text).toMatch(new RegExp(`^${moment}: [^]+?\\n\\n\`\`\`mermaid\\nflowchart `, "m"));
  });

  test("has the props that make it", () => {
    expect(text).toMatch(/^## Code$[^]*?^```ts$/m);
  });

  test("names the client that calls it, and what is refused", () => {
    expect(text).toMatch(/^## What a caller sends$[^]*\]\(\.\.\/examples\/clients/m);
    expect(text).toMatch(/^## What is refused$[^]*?^\| request /m);
  });
});
