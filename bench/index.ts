import { parseArgs } from "node:util";
import { benchSynth } from "./synth";

const USAGE = `Usage: npm run bench [-- synth]

Measures, over growing input and with growth ratios side by side. Nothing here fails: numbers are for people.

  synth    time and memory of synthesis, alone and through the CDKTF CLI
  --help   this text`;

const BENCHES: Readonly<Record<string, () => void | Promise<void>>> = { synth: benchSynth };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  const unknown = positionals.filter((name) => !(name in BENCHES));
  if (values.help || unknown.length > 0) {
    if (unknown.length > 0) console.error(`There is no benchmark '${unknown.join("', '")}'.\n`);
    console.log(USAGE);
    process.exitCode = unknown.length > 0 ? 1 : 0;
    return;
  }
  for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) await BENCHES[name]?.();
}

void main();
