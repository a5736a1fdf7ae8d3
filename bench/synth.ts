import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Table } from "./table";

const APP = resolve("bench/synth-app.ts");
const CDKTF = resolve("node_modules/cdktf-cli/bundle/bin/cdktf");
const RUNS = 3;

interface Measurement {
  readonly seconds: number;
  readonly megabytes: number;
  readonly kilobytes: number;
}

/** Synthesis over a growing number of clients and of accounts: alone, and through the CDKTF CLI. */
export function* benchSynth(progress: (text: string) => void): Generator<Table> {
  yield series("clients", [1, 10, 100, 1_000], (clients) => ({ clients, accounts: 2 }), progress);
  yield series("accounts", [1, 10, 50], (accounts) => ({ clients: 10, accounts }), progress);
}

function series(
  name: string,
  sizes: readonly number[],
  settings: (size: number) => { readonly clients: number; readonly accounts: number },
  progress: (text: string) => void,
): Table {
  let previous: { size: number; seconds: number } | undefined;
  const rows = sizes.map((size) => {
    progress(`synthesis with ${size} ${name}`);
    const { clients, accounts } = settings(size);
    const environment = { ...process.env, BENCH_CLIENTS: String(clients), BENCH_ACCOUNTS: String(accounts) };
    const alone = median(Array.from({ length: RUNS }, () => synthesize(environment)));
    const cli = throughCli(environment);
    const growth =
      previous && `${(alone.seconds / previous.seconds).toFixed(1)}× for ${size / previous.size}×`;
    previous = { size, seconds: alone.seconds };
    return [size, alone.seconds, growth, alone.megabytes, alone.kilobytes, cli];
  });
  return {
    title: `Synthesis by number of ${name}`,
    columns: [
      { name },
      { name: "synth s", digits: 2 },
      { name: "growth" },
      { name: "peak MB", digits: 0 },
      { name: "JSON KB" },
      { name: "cdktf synth s", digits: 1 },
    ],
    rows,
  };
}

function synthesize(environment: NodeJS.ProcessEnv): Measurement {
  const out = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const output = execFileSync(process.execPath, ["--require", "./scripts/typescript.cjs", APP], {
      encoding: "utf8",
      env: { ...environment, CDKTF_OUTDIR: out, BENCH_REPORT: "1" },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const report = output.split("\n").find((line) => line.startsWith("{")) ?? "{}";
    const { seconds, megabytes } = JSON.parse(report) as Measurement;
    return { seconds, megabytes, kilobytes: Math.round(sizeOf(join(out, "stacks")) / 1024) };
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function throughCli(environment: NodeJS.ProcessEnv): number {
  const out = mkdtempSync(join(tmpdir(), "bench-"));
  const start = performance.now();
  try {
    execFileSync(
      process.execPath,
      [CDKTF, "synth", "--app", `node --require ./scripts/typescript.cjs "${APP}"`, "--output", out],
      {
        env: { ...environment, CHECKPOINT_DISABLE: "1", CI: "true" },
        stdio: "ignore",
      },
    );
    return (performance.now() - start) / 1000;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function median(measurements: readonly Measurement[]): Measurement {
  const sorted = [...measurements].sort((a, b) => a.seconds - b.seconds);
  return sorted[Math.floor(sorted.length / 2)]!;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
