import type { DiagnosticModel } from "../model";

/** By the diagnostics of a gateway, which do not change while it runs, and by the name of an API. */
const known = new WeakMap<readonly DiagnosticModel[], Map<string | undefined, readonly DiagnosticModel[]>>();

/**
 * The diagnostics that apply to calls of an API: its own, and those of the service where it has none of the same
 * identifier.
 * @param api name of the API @default - only those of the service
 */
export function applyingDiagnostics(
  diagnostics: readonly DiagnosticModel[],
  api: string | undefined,
): readonly DiagnosticModel[] {
  let byApi = known.get(diagnostics);
  if (byApi === undefined) {
    byApi = new Map();
    known.set(diagnostics, byApi);
  }
  let applying = byApi.get(api);
  if (applying === undefined) {
    const own = diagnostics.filter((diagnostic) => api !== undefined && diagnostic.api === api);
    const replaced = new Set(own.map(({ identifier }) => identifier));
    applying = [
      ...own,
      ...diagnostics.filter(({ api: of, identifier }) => of === undefined && !replaced.has(identifier)),
    ];
    byApi.set(api, applying);
  }
  return applying;
}
