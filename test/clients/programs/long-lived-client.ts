import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { AzureOpenAI } from "openai";
import { connectionTo } from "../../../examples/clients/connection";
import { credentialFrom } from "../../../examples/clients/keyless/credential";

// The keyless client as a service that runs for hours: each line on its input is a call, at the time that it names.
let now = Number(process.argv[2]);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  public constructor(value: string | number | Date = now) {
    super(value);
  }

  public static override now(): number {
    return now;
  }
} as DateConstructor;

const tokens = new Set<string>();
const client = new AzureOpenAI({
  ...connectionTo(process.env.AZURE_OPENAI_ENDPOINT ?? ""),
  ...credentialFrom(process.env),
  maxRetries: 0,
  fetch: (input, init) => {
    const sent = new Headers(init?.headers).get("authorization") ?? "";
    tokens.add(createHash("sha256").update(sent).digest("hex"));
    return fetch(input, init);
  },
});
const MESSAGES = [{ role: "user" as const, content: "hello" }];
const MODEL = process.env.AZURE_OPENAI_DEPLOYMENT ?? "";

async function answer(kind: string): Promise<string> {
  try {
    if (kind === "call") {
      await client.chat.completions.create({ model: MODEL, messages: MESSAGES });
      return "answered";
    }
    const stream = await client.chat.completions.create({ model: MODEL, messages: MESSAGES, stream: true });
    console.log(JSON.stringify({ outcome: "streaming", tokens: tokens.size }));
    let finished = false;
    for await (const { choices } of stream) {
      finished ||= choices[0]?.finish_reason === "stop";
    }
    return finished ? "answered" : "cut off";
  } catch (error) {
    return String(error);
  }
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const [kind = "", time] = line.split(" ");
  now = Number(time);
  const outcome = kind === "time" ? Promise.resolve("told") : answer(kind);
  void outcome.then((text) => console.log(JSON.stringify({ outcome: text, tokens: tokens.size })));
});
