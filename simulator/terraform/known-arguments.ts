import type { ConfigurationReader } from "./configuration-reader";

/**
 * The arguments of a resource, or of a block inside one, that the simulator knows. Anything else might change what
 * a request meets, and is a problem.
 */
export interface KnownArguments {
  /** Arguments that the conversion to the model, or a computed attribute, reads. @default - none */
  readonly read?: readonly string[];
  /** Blocks with arguments that are read. @default - none */
  readonly blocks?: Readonly<Record<string, KnownArguments>>;
  /** Arguments and whole blocks that would change what the simulator does not model: why, by name. @default - none */
  readonly refused?: Readonly<Record<string, string>>;
  /** Arguments and whole blocks that no request can notice: the reason, then their names. @default - none */
  readonly irrelevant?: readonly (readonly [reason: string, ...names: string[]])[];
}

/** Reasons that many types share. */
export const BECAUSE = {
  address: "it names the object; what refers to it reads it",
  consent: "it asks for consent; grants are separate",
  description: "it describes, or serves management",
  observation: "it observes; no request passes through it",
  portal: "it serves the developer portal",
} as const;

/** Reports every argument that is refused or outside the known ones, at any depth. */
export function refuseUnknownArguments(reader: ConfigurationReader, known: KnownArguments): void {
  const { read = [], blocks = {}, refused = {}, irrelevant = [] } = known;
  reader.refuseArguments(refused);
  const names = new Set([
    ...read,
    ...Object.keys(refused),
    ...irrelevant.flatMap(([, ...without]) => without),
  ]);
  for (const name of reader.configuredNames.filter((candidate) => !reader.isProviders(candidate))) {
    const inner = Object.hasOwn(blocks, name) ? blocks[name] : undefined;
    if (inner !== undefined) {
      reader.blocks(name).forEach((block) => refuseUnknownArguments(block, inner));
    } else if (name === "dynamic") {
      reader.refuse("'dynamic' blocks are not supported; write the blocks out");
    } else if (!names.has(name)) {
      reader.refuse(
        `argument '${name}' is not supported: the simulator cannot tell what a request would notice of it`,
      );
    }
  }
}
