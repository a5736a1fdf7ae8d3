import type { EveryCredentialStackProps } from "../test/support/every-credential-stack";
import { compilePrograms } from "./compiled-program";
import { ALONE, BUSY } from "./load";
import type { Load } from "./measured-simulator";
import { withSimulator } from "./measured-stack";
import type { Table } from "./table";

/** What an answer that is given again costs, and one that is kept: beside one that is neither. */
export async function* benchCache(progress: (text: string) => void): AsyncGenerator<Table> {
  progress("compiling the simulator");
  compilePrograms();
  const rows: (string | number)[][] = [];
  const uncached = { name: "not cached", load: { headers: { "cache-control": "no-store" } } };
  const hit = { name: "hit", load: {} };
  const durationSeconds = 3_600;
  const caches: readonly {
    readonly kind: string;
    readonly cache: NonNullable<EveryCredentialStackProps["cache"]>;
    readonly answers: readonly { readonly name: string; readonly load: Pick<Load, "headers" | "question"> }[];
  }[] = [
    {
      kind: "exact",
      cache: () => ({ kind: "exact", durationSeconds }),
      answers: [uncached, { name: "miss, kept", load: { headers: { "cache-control": "no-cache" } } }, hit],
    },
    {
      kind: "semantic",
      cache: (_api, semanticCache) => ({ kind: "semantic", durationSeconds, semanticCache: semanticCache() }),
      answers: [uncached, { name: "miss, kept", load: { question: (index) => `hello ${index}` } }, hit],
    },
  ];
  for (const { kind, cache, answers } of caches) {
    await withSimulator({ limits: true, cache, operations: ["chat"] }, async (simulator) => {
      for (const credential of ["key", "token"] as const) {
        for (const { name, load } of answers) {
          progress(`answers of a cache of kind ${kind} with ${credential}, ${name}`);
          const full = await simulator.measure(credential, { ...BUSY, client: 0, ...load });
          const single = await simulator.measure(credential, { ...ALONE, client: 0, ...load });
          rows.push([
            kind,
            credential,
            name,
            full.requestsPerSecond,
            1000 / full.requestsPerCpuSecond,
            single.addedP50,
            single.addedP99,
          ]);
        }
      }
    });
  }
  yield {
    title: "Answers that are given again: chat completions of an API with a cache, with limits",
    columns: [
      { name: "cache" },
      { name: "credential" },
      { name: "answer" },
      { name: "requests/s", digits: 0 },
      { name: "CPU ms", digits: 2 },
      { name: "added p50 ms", digits: 2 },
      { name: "p99 ms", digits: 2 },
    ],
    rows,
  };
}
