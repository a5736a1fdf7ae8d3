import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const ROOT = resolve(__dirname, "../..");
const IGNORED = new Set(["node_modules", "dist", "cdktf.out", "coverage"]);

function markdownFiles(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (IGNORED.has(name) || (name.startsWith(".") && name !== ".github")) {
      return [];
    }
    if (statSync(path).isDirectory()) {
      return markdownFiles(path);
    }
    return name.endsWith(".md") ? [path] : [];
  });
}

/** Text without code, where brackets and parentheses are not links and `#` starts no heading. */
function prose(path: string): string {
  return readFileSync(path, "utf8").replace(/^(```|~~~)[\s\S]*?^\1$/gm, "");
}

const anchorsByPage = new Map<string, ReadonlySet<string>>();

/** Anchors of a page, written out or made of headings as GitHub does: of headings that read alike, those after the first are numbered. */
function anchors(path: string): ReadonlySet<string> {
  const known = anchorsByPage.get(path);
  if (known) {
    return known;
  }
  const text = prose(path);
  const found = new Set([...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = ""]) => id));
  const times = new Map<string, number>();
  for (const [, heading = ""] of text.matchAll(/^#{1,6} (.+)$/gm)) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const earlier = times.get(anchor) ?? 0;
    times.set(anchor, earlier + 1);
    found.add(earlier === 0 ? anchor : `${anchor}-${earlier}`);
  }
  anchorsByPage.set(path, found);
  return found;
}

function wrongWith(page: string, target: string): string | undefined {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? page : resolve(dirname(page), decodeURIComponent(path));
  if (!existsSync(file)) {
    return `${target}: no such file`;
  }
  if (anchor !== undefined && !anchors(file).has(anchor)) {
    return `${target}: no such heading`;
  }
  return undefined;
}

const pages = markdownFiles(ROOT);

test.each(pages.map((page) => [relative(ROOT, page), page]))(
  "every link of %s leads somewhere",
  (_name, page) => {
    const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
    const local = targets.filter((target) => !/^[a-z]+:/i.test(target));
    expect(local.flatMap((target) => wrongWith(page, target) ?? [])).toEqual([]);
  },
);

test("every page of the documentation is in its index", () => {
  const index = readFileSync(join(ROOT, "docs/README.md"), "utf8");
  const others = readdirSync(join(ROOT, "docs")).filter(
    (name) => name.endsWith(".md") && name !== "README.md",
  );
  expect(others.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

/** Kinds of Mermaid diagram that the pages use, which renderers have had for years. */
test("every diagram is of a kind that GitHub renders", () => {
  const first = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/^```mermaid\n(.*)$/gm)].map(([, line = ""]) => line),
  );
  expect(first.length).toBeGreaterThan(0);
  expect(
    first.filter((line) => !/^(flowchart (LR|TB|TD)|sequenceDiagram|stateDiagram-v2)$/.test(line)),
  ).toEqual([]);
});
