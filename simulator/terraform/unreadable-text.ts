/**
 * What is wrong with a text that is no JSON. V8 quotes what it does not take, and what stands around it; that may be a
 * secret.
 * @param message of the error
 */
export function jsonProblem(message: string): string {
  return message.replace(/,? (?:\.{3})?".*$/s, "");
}

/** The same of YAML, whose library quotes names behind a colon, and tags. */
export function yamlProblem(message: string): string {
  return message.replace(/(?<=[\w)]): .*?(?= at line \d+, column \d+$|$)| ?!\S+/gs, "");
}
