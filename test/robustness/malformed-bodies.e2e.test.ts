import { effort } from "../support/effort";
import { AttackedSimulator, CHAT_BODY, CHAT_PATH } from "./attacked-simulator";
import { Choices, seed } from "./choices";

const COUNT = 200 * effort;
const BATCH = 200;
const text = JSON.stringify({ ...CHAT_BODY, n: 1, temperature: 0.5, user: "someone", stream: false });
const LEVELS = 50_000;

describe(`malformed bodies (ROBUSTNESS_SEED=${seed})`, () => {
  const choices = new Choices(seed);
  let simulator: AttackedSimulator;

  beforeAll(async () => {
    simulator = await AttackedSimulator.start();
  });

  afterAll(() => simulator.stop());

  function send(body: string | Uint8Array, added: Readonly<Record<string, string>> = {}): Promise<number> {
    const headers = { "api-key": simulator.key("key"), "content-type": "application/json", ...added };
    return simulator.status(`/key${CHAT_PATH}`, { headers, body });
  }

  it.each([
    ["nothing but white space", " \n\t"],
    ["half an object", '{"messages":'],
    ["an array", "[]"],
    ["a number", "1e999"],
    ["null", "null"],
    ["two objects", "{}{}"],
    ["a comment", `/* */${text}`],
    ["single quotes", text.replaceAll('"', "'")],
    ["NaN", text.replace("0.5", "NaN")],
    ["a number that is too large", text.replace("0.5", "1e999")],
    ["a trailing comma", text.replace(/\}$/, ",}")],
    ["NUL", `${text}\0`],
    ["NUL in a text", text.replace("hello", "hel\0lo")],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["invalid UTF-8", Buffer.from(text.replace("hello", "\xff\xfe"), "latin1")],
    ["messages that are not an array", text.replace(/\[.*\]/, '"hello"')],
    ["messages that are not objects", text.replace(/\[.*\]/, '[1,null,[],"a"]')],
    ["a role that is an object", text.replace('"user"', '{"a":1}')],
    ["a model twice", text.replace("{", '{"model":"chat","model":"embeddings",')],
    ["arrays without end", "[".repeat(LEVELS)],
    ["arrays in arrays", `{"messages":${"[".repeat(LEVELS)}${"]".repeat(LEVELS)}}`],
    ["objects in objects", `${'{"a":'.repeat(LEVELS)}1${"}".repeat(LEVELS)}`],
    ["a number of a million digits", `{"n":${"9".repeat(1_000_000)}}`],
    ["a text of half a million escapes", `{"messages":"${"\\u0000".repeat(500_000)}"}`],
    ["a hundred thousand members", `{${Array.from({ length: 100_000 }, (_, at) => `"${at}":1`).join(",")}}`],
  ])("%s: refused, or answered as any request of this client", async (_name, body) => {
    const status = await send(body);
    expect([200, 400]).toContain(status);
    expect(await simulator.report()).toMatchObject({ unexplained: 0, faults: [] });
  });

  it.each([
    ["a compressed body", { "content-encoding": "gzip" }],
    ["another media type", { "content-type": "application/xml" }],
    ["no media type", { "content-type": "" }],
    ["an unknown charset", { "content-type": "application/json; charset=utf-7" }],
    ["a form", { "content-type": "multipart/form-data; boundary=" }],
  ])("%s reaches no account", async (_name, headers) => {
    expect(await send(text, headers)).toBe(415);
    expect(await simulator.report()).toMatchObject({ reached: 0, faults: [] });
  });

  it(`survives ${COUNT} changed bodies`, async () => {
    for (let sent = 0; sent < COUNT; sent += BATCH) {
      const bodies = Array.from({ length: BATCH }, () => changed(choices));
      const statuses = await Promise.all(bodies.map((body) => send(body)));
      const odd = bodies.filter((_, index) => ![200, 400].includes(statuses[index] ?? 0));
      expect(odd.map((body) => body.toString("latin1"))).toEqual([]);
      expect(await simulator.report()).toMatchObject({ unexplained: 0, faults: [] });
    }
  });
});

/** A good body with some of its bytes changed, taken out or put in. */
function changed(choices: Choices): Buffer {
  let bytes = Buffer.from(text);
  for (let changes = 1 + choices.below(4); changes > 0; changes -= 1) {
    const at = choices.below(bytes.length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    bytes = choices.of([
      () => Buffer.concat([before, choices.bytes(1), after.subarray(1)]),
      () => Buffer.concat([before, after.subarray(1 + choices.below(8))]),
      () =>
        Buffer.concat([
          before,
          Buffer.from(choices.of(['"', "{", "[", "\\", "\\u", ",", "null", "-"])),
          after,
        ]),
      () => Buffer.concat([before, after, before]),
    ])();
  }
  return bytes;
}
