/** The package's own declarations pull the browser's types into the whole program. */
export function parse(fileName: string, contents: string): Promise<Record<string, unknown>>;
