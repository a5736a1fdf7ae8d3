import { parseCSharp, type ParsedSource } from "./parser";

const MAX_KEPT = 10_000;

/** By its text: compiled with counters and without, and read for what it says of callers. */
const parsed = new Map<string, ParsedSource>();

/**
 * Parses C# of policies, each text once.
 *
 * @throws Error if `initializeExpressions` has not finished.
 */
export function parsedCSharp(source: string): ParsedSource {
  const tree = parsed.get(source) ?? parseCSharp(source);
  if (parsed.size >= MAX_KEPT) {
    parsed.clear();
  }
  parsed.set(source, tree);
  return tree;
}
