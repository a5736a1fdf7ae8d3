import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "cdktf";
import { SynthesizedStack } from "../../lib/security-checks/synthesized-stack";

export * from "../../lib/security-checks/synthesized-stack";

/**
 * Synthesizes an app as the CLI does: aspects, validations, cross-stack references.
 *
 * @returns the stacks by name, without what differs between machines and versions
 */
export function synthesize(app: App): ReadonlyMap<string, SynthesizedStack> {
  app.synth();
  return readStacks(app.outdir);
}

/**
 * Reads what an app has synthesized.
 *
 * @returns the stacks by name, without what differs between machines and versions
 */
export function readStacks(outdir: string): ReadonlyMap<string, SynthesizedStack> {
  const manifest = readJson(outdir, "manifest.json") as {
    stacks: Record<string, { name: string; synthesizedStackPath: string }>;
  };
  return new Map(
    Object.values(manifest.stacks).map(({ name, synthesizedStackPath }) => {
      const json = readJson(outdir, synthesizedStackPath) as Record<string, unknown>;
      const terraform = (json.terraform ?? {}) as {
        backend?: Record<string, unknown>;
        required_providers?: Record<string, Record<string, unknown>>;
      };
      delete terraform.backend?.local;
      for (const provider of Object.values(terraform.required_providers ?? {})) {
        delete provider.version;
      }
      return [name, new SynthesizedStack(name, json)];
    }),
  );
}

function readJson(...path: string[]): unknown {
  return JSON.parse(readFileSync(join(...path), "utf8"), (key, value: unknown) =>
    key === "//" ? undefined : value,
  );
}
