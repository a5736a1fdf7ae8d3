import type { CoveredPlace } from "../simulator";

/** Places of generated policies that no request can reach, or none that a test could send. */
export interface UnreachedPlace {
  /** As a coverage has it. */
  readonly what: CoveredPlace["what"];
  /** What stands there, C# as C#, on one line. */
  readonly text: RegExp;
  /** Environment and address of the document: `prod/azurerm_…`. @default - all */
  readonly where?: RegExp;
  readonly reason: string;
}

export const UNREACHED_PLACES: readonly UnreachedPlace[] = [];
