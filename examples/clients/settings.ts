/**
 * Reads what a client cannot do without.
 *
 * @param names of environment variables
 * @throws Error that names every variable which is missing or empty
 */
export function settings<Name extends string>(...names: readonly Name[]): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => !process.env[name]);
  if (missing.length > 0) {
    throw new Error(`Set ${missing.join(", ")}: README.md says to what`);
  }
  return Object.fromEntries(names.map((name) => [name, process.env[name]])) as Record<Name, string>;
}
