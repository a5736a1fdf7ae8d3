import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformElement, Testing } from "cdktf";
import { GatewayStack } from "../lib/gateway/gateway-stack";

/** One wrong input and what the library says about it. */
export interface BadInput {
  /** What is wrong, in a few words: the name of the test. */
  readonly input: string;
  /**
   * Makes what has to be there first.
   *
   * @returns what must be refused
   */
  readonly when: (stage: GatewayStack) => () => unknown;
  /** The whole message, a line for each problem: construct path, rule, value, remedy. */
  readonly says: readonly string[];
}

/**
 * Tests that each input is refused at once, in exactly these words, and leaves nothing of what it was for: no
 * resource more than before.
 */
export function refusesAtOnce(cases: readonly BadInput[]): void {
  it.each(cases)("$input", ({ when, says }) => {
    const stage = new GatewayStack();
    const act = when(stage);
    const before = terraformElements(stage);
    expect(messageOf(act)).toBe(says.join("\n"));
    expect(terraformElements(stage)).toEqual(before);
  });
}

/**
 * Tests that each input is refused at the end of synthesis, in exactly these words, and nothing is written.
 * For what cannot be judged before everything is known.
 */
export function refusesAtSynthesis(cases: readonly BadInput[]): void {
  it.each(cases)("$input", ({ when, says }) => {
    const stage = new GatewayStack();
    when(stage)();
    const { outdir } = App.of(stage.stack);
    const [, ...lines] = messageOf(() => stage.synthesize()).split("\n");
    // cdktf adds how to ignore all this. The size of a policy changes with every word of it: it reads '#' here.
    const problems = lines.slice(0, lines.indexOf("")).map((line) => line.trim());
    expect(problems.map((line) => line.replace(/(?<=bytes, got )\d+/, "#"))).toEqual(says);
    expect(filesBelow(outdir)).toEqual([]);
  });
}

/** @returns the message of what is thrown. @throws Error if nothing is */
export function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the input was accepted");
}

/** An app that writes into a folder of its own. */
export function appInFolder(): App {
  return Testing.stubVersion(new App({ outdir: mkdtempSync(join(tmpdir(), "bad-input-")) }));
}

/** @returns what synthesis has written; folders do not count */
export function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

function terraformElements({ stack }: GatewayStack): readonly string[] {
  return stack.node
    .findAll()
    .filter((each) => TerraformElement.isTerraformElement(each))
    .map(({ node }) => node.path);
}
