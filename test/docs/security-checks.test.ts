import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { continued, DOCS, run } from "./samples";

test("docs/security-checks.md lists every rule by its title", () => {
  const page = readFileSync(join(DOCS, "security-checks.md"), "utf8");
  const listed = [...page.matchAll(/^\| (H-\d+) +\| (.*?) +\|$/gm)].map(([, id, title]) => ({ id, title }));
  expect(listed).toEqual(HOUSE_CHECKS.map(({ id, title }) => ({ id, title: title.replaceAll("|", "\\|") })));
});

test("the first sample of docs/security-checks.md stops a program whose vault is open", () => {
  // Not among the samples that synthesize: that it stops a synthesis is its point.
  const page = readFileSync(join(DOCS, "security-checks.md"), "utf8");
  const [, sample = ""] = /^```typescript\n([^]*?)^```$/m.exec(page) ?? [];
  const vault = `import { KeyVault } from "@cdktf/provider-azurerm/lib/key-vault";

new KeyVault(stack, "scratch", { ...place, name: "kv-scratch-7f3", tenantId, skuName: "standard" });
`;
  expect(() => run(continued(vault, sample))).toThrow("H-01");
});
