#!/usr/bin/env node
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { connectedWorker } from "./connected-worker";
import { errorText, logLine } from "./log";
import { readSettings, type Settings, SettingsError, VARIABLES } from "./settings";

const USAGE = `Usage: ai-gateway-queue-worker [--help]

Takes requests from the queue of an AI gateway, asks the gateway in the name of their callers, and writes the answers
to the container of results. Signs in as a managed identity. Stops on SIGTERM and SIGINT: it takes nothing more,
finishes what it has asked, gives back the rest, and ends with 0. Ends with 2 for wrong settings.

Environment:
${Object.entries(VARIABLES)
  .map(([name, { words, ...variable }]) => {
    const fallback = "default" in variable ? `; default ${variable.default}` : "";
    return `  ${name.padEnd(24)}${words}${fallback}`;
  })
  .join("\n")}
  ${"HTTPS_PROXY".padEnd(24)}proxy for all connections; default none

  --help  this text`;

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  if (args.length > 0) {
    console.error(`There is no argument '${args.join("', '")}'.\n\n${USAGE}`);
    return 2;
  }
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) {
      throw error;
    }
    console.error(error.message);
    return 2;
  }
  const stopped = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  const worker = connectedWorker(settings, process.env, logLine);
  worker.start();
  await stopped;
  // Whatever hangs, the platform would end it by force a moment later. The timer keeps the process alive: if nothing else
  // did, Node.js would end it with 0, which says that all was finished.
  const isOver = await Promise.race([worker.stop().then(() => true), sleep(settings.graceMs, false)]);
  if (!isOver) {
    logLine("error", { error: `not stopped within ${settings.graceMs} ms` });
    return 1;
  }
  return 0;
}

main(process.argv.slice(2)).then(
  (exitCode) => process.exit(exitCode),
  (error: unknown) => {
    logLine("error", { error: errorText(error) });
    process.exit(1);
  },
);
