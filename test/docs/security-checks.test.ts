import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HOUSE_CHECKS } from "../../lib/security-checks/house-checks";
import { DOCS } from "./samples";

test("docs/security-checks.md lists every rule by its title", () => {
  const page = readFileSync(join(DOCS, "security-checks.md"), "utf8");
  const listed = [...page.matchAll(/^\| (H-\d+) +\| (.*?) +\|$/gm)].map(([, id, title]) => ({ id, title }));
  expect(listed).toEqual(HOUSE_CHECKS.map(({ id, title }) => ({ id, title: title.replaceAll("|", "\\|") })));
});
