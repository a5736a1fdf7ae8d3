import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessOf, type AccessReport } from "../simulator";
import { everyCredentialStack, type EveryCredentialStackProps } from "../test/support/every-credential-stack";
import type { Table } from "./table";

/** Access files: of the environments, and over a growing number of clients, operations and models. */
export async function* benchAccess(progress: (text: string) => void): AsyncGenerator<Table> {
  // Code is compiled and encodings are read once in a process.
  await accessOf(everyCredentialStack({ credentials: ["key"], operations: ["chat"] }));
  const environments = mkdtempSync(join(tmpdir(), "bench-environments-"));
  process.env.CDKTF_OUTDIR = environments;
  require("../main");
  yield await series("environments", ["dev", "test", "prod"], progress, (name) =>
    join(environments, "stacks", name),
  );
  yield await series("clients with tokens", [1, 10, 100, 1_000], progress, (clients) =>
    stackOf({ clients, credentials: ["token"], operations: ["chat"] }),
  );
  yield await series(
    "operation groups",
    [["chat"], ["chat", "embeddings"], ["chat", "embeddings", "responses", "models"]] as const,
    progress,
    (operations) => stackOf({ credentials: ["key"], operations }),
  );
  yield await series("models", [2, 4], progress, (models) =>
    stackOf({
      credentials: ["key"],
      operations: ["chat", "embeddings", "images", "audio"],
      media: models > 2,
    }),
  );
}

function stackOf(props: EveryCredentialStackProps): string {
  return everyCredentialStack({ ...props, outdir: mkdtempSync(join(tmpdir(), "bench-access-")) });
}

async function series<T extends string | number | readonly string[]>(
  name: string,
  sizes: readonly T[],
  progress: (text: string) => void,
  stack: (size: T) => string,
): Promise<Table> {
  const rows: (string | number)[][] = [];
  for (const size of sizes) {
    const title = Array.isArray(size) ? size.length : (size as string | number);
    progress(`access file, ${name}: ${title}`);
    const folder = stack(size);
    const start = performance.now();
    const before = process.cpuUsage();
    const report = await accessOf(folder);
    const { user, system } = process.cpuUsage(before);
    rows.push([
      title,
      (performance.now() - start) / 1_000,
      (user + system) / 1e6,
      callersOf(report),
      factsOf(report),
    ]);
  }
  return {
    title: `Access files by ${name}`,
    columns: [
      { name },
      { name: "seconds", digits: 1 },
      { name: "CPU s", digits: 1 },
      { name: "callers" },
      { name: "facts" },
    ],
    rows,
  };
}

function callersOf({ apis }: AccessReport): number {
  return apis
    .flatMap(({ ways }) => ways.flatMap(({ callers }) => callers))
    .reduce((sum, { alike }) => sum + 1 + alike.length, 0);
}

/** Lines, in which what holds for several callers counts once. */
function factsOf({ apis }: AccessReport): number {
  return apis
    .flatMap(({ ways }) => ways.flatMap(({ callers }) => callers))
    .reduce((sum, { facts }) => sum + facts.length, 0);
}
