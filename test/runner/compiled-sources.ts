import Module from "node:module";
import { createScriptTransformer, type ScriptTransformer } from "@jest/transform";
import type { Config } from "@jest/types";
import { addHook } from "pirates";

const TRANSFORMATION: Parameters<ScriptTransformer["transform"]>[1] = {
  collectCoverage: false,
  collectCoverageFrom: [],
  coverageProvider: "v8",
  isInternalModule: false,
  supportsDynamicImport: true,
  supportsExportNamespaceFrom: true,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};

/** Files of source maps, by the file that was compiled. */
export type SourceMaps = ReadonlyMap<string, string>;

let installed: Promise<SourceMaps> | undefined;

/**
 * Lets Node's own `require` load TypeScript, compiled and cached as `transform` of the configuration says, and find
 * modules as its `moduleNameMapper` says: once in a process.
 */
export function compiledSources(config: Config.ProjectConfig): Promise<SourceMaps> {
  return (installed ??= install(config));
}

async function install(config: Config.ProjectConfig): Promise<SourceMaps> {
  const transformer = await createScriptTransformer(config);
  const sourceMaps = new Map<string, string>();
  addHook(
    (source, path) => {
      const { code, sourceMapPath } = transformer.transform(path, TRANSFORMATION, source);
      if (sourceMapPath !== null) {
        sourceMaps.set(path, sourceMapPath);
      }
      return code;
    },
    { exts: [".ts"] },
  );
  mapNames(config.moduleNameMapper.map(([pattern, path]) => [new RegExp(pattern), String(path)]));
  return sourceMaps;
}

function mapNames(mapping: readonly (readonly [RegExp, string])[]): void {
  const modules = Module as unknown as { _resolveFilename: (name: string, ...rest: unknown[]) => string };
  const resolve = modules._resolveFilename;
  modules._resolveFilename = (name, ...rest) =>
    resolve(mapping.find(([pattern]) => pattern.test(name))?.[1] ?? name, ...rest);
}
