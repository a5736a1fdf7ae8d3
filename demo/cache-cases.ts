import type { Simulation } from "../simulator";
import type { ApiSettings } from "../stacks/environment-settings";
import type { AccessCase } from "./access-case";
import { callAs } from "./caller-call";
import type { CredentialSource } from "./credential-source";
import { type Caller, chattingCaller, type TargetEnvironment } from "./target-environment";

type Fault = Parameters<ReturnType<Simulation["account"]>["fail"]>[0];

/** A request that differs from the usual one. */
interface Sent {
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Two requests, one after the other. */
interface Attempt {
  readonly how: string;
  readonly first?: Sent;
  /** @default - the same again */
  readonly second?: Sent;
  /** What the accounts do at the first. @default - they answer */
  readonly fault?: Fault;
  readonly expected: "given again" | "asked again" | `400 ${string}`;
}

const QUESTION = "please tell me when the small shop beside the old station opens its doors on sunday";
const FUNCTION = { type: "function", function: { name: "f", parameters: { type: "object" } } };
/** Of a question that may be like another. */
const MAX_SIMILAR_CHARACTERS = 1000;

function asked(content: unknown, role = "user"): { readonly messages: readonly object[] } {
  return { messages: [{ role, content }] };
}

const PLAIN = asked(QUESTION);

/** Answers that no cache may give again, whatever it compares. */
const ATTEMPTS: readonly Attempt[] = [
  { how: "a question, and the same again", expected: "given again" },
  {
    how: "a question that is not to be kept",
    first: { headers: { "cache-control": "no-store" } },
    expected: "asked again",
  },
  {
    how: "a question with an answer that is not to be a kept one",
    second: { headers: { "cache-control": "max-age=0, No-Cache" } },
    expected: "asked again",
  },
  { how: "a question to a stream", first: { body: { ...PLAIN, stream: true } }, expected: "asked again" },
  { how: "a question with tools", first: { body: { ...PLAIN, tools: [FUNCTION] } }, expected: "asked again" },
  {
    how: "a question with tools that are null",
    first: { body: { ...PLAIN, tools: null } },
    expected: "given again",
  },
  { how: "an answer that was filtered", fault: { filter: "completion" }, expected: "asked again" },
  { how: "a question that was filtered", fault: { filter: "prompt" }, expected: "asked again" },
  { how: "an answer that is an error", fault: { status: 400 }, expected: "asked again" },
  {
    how: "another question",
    second: { body: asked("how many words has a page of a book about birds of the north") },
    expected: "asked again",
  },
  {
    how: "the same question at another temperature",
    second: { body: { ...PLAIN, seed: 7 } },
    expected: "asked again",
  },
];
const EXACT: readonly Attempt[] = [
  {
    how: "the same question in other white space",
    first: { body: JSON.stringify(PLAIN) },
    second: { body: JSON.stringify(PLAIN, undefined, 2) },
    expected: "given again",
  },
  {
    how: "a question with a space more",
    second: { body: asked(QUESTION.replace(" ", "  ")) },
    expected: "asked again",
  },
];
const SIMILAR: readonly Attempt[] = [
  {
    how: "the same words in another order",
    second: { body: asked(QUESTION.split(" ").reverse().join(" ")) },
    expected: "given again",
  },
  {
    how: "the same question with another number",
    first: { body: asked(`${QUESTION} 7`) },
    second: { body: asked(`${QUESTION} 8`) },
    expected: "asked again",
  },
  {
    how: "a question in parts",
    first: { body: asked([{ type: "text", text: QUESTION }]) },
    expected: "asked again",
  },
  {
    how: "a message of nobody",
    first: { body: { messages: [{ content: QUESTION }] } },
    expected: "400 invalid_value",
  },
  {
    how: "a message that is a text",
    first: { body: { messages: [QUESTION] } },
    expected: "400 invalid_request",
  },
  {
    how: "a question of an assistant",
    first: { body: asked(QUESTION, "assistant") },
    expected: "asked again",
  },
  {
    how: "a question that is long",
    first: { body: asked("x ".repeat(MAX_SIMILAR_CHARACTERS)) },
    expected: "asked again",
  },
  {
    how: "a question after another",
    first: { body: { messages: [...asked("hello").messages, ...PLAIN.messages] } },
    expected: "asked again",
  },
  {
    how: "a question after instructions",
    first: { body: { messages: [...asked("be brief", "system").messages, ...PLAIN.messages] } },
    expected: "given again",
  },
  {
    how: "the same question after other instructions",
    first: { body: { messages: [...asked("be brief", "system").messages, ...PLAIN.messages] } },
    second: { body: { messages: [...asked("be long", "system").messages, ...PLAIN.messages] } },
    expected: "asked again",
  },
];

/** Which answers are given again, by the first caller of an API with a cache. */
export function cacheCases(
  simulation: Simulation,
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
): readonly AccessCase[] {
  const caller = chattingCaller(environment, api);
  if (api.cache === undefined || caller === undefined) {
    return [];
  }
  return [...ATTEMPTS, ...(api.cache.kind === "semantic" ? SIMILAR : EXACT)].map((attempt) => ({
    target: `${environment.settings.name}/${api.name}`,
    who: caller.name,
    how: attempt.how,
    expected: attempt.expected,
    run: () => askTwice(simulation, environment, source, caller, attempt),
  }));
}

async function askTwice(
  simulation: Simulation,
  environment: TargetEnvironment,
  source: CredentialSource,
  caller: Caller,
  { first = {}, second = first, fault }: Attempt,
): Promise<string> {
  const accounts = simulation.model.accounts.map(({ name }) => simulation.account(name));
  const count = (): number =>
    accounts.flatMap(({ requests }) => requests).filter(({ path }) => path.includes("/chat/completions"))
      .length;
  const told: (string | undefined)[] = [];
  const ask = async ({ body = PLAIN, headers = {} }: Sent): Promise<string> => {
    return callAs(environment, source, caller, {
      body,
      headers,
      perform: async (target, sent) => {
        const answer = await simulation.perform(target, sent);
        told.push(answer.headers["x-ai-gateway-cache"]?.toString());
        return answer;
      },
    });
  };
  simulation.forgetTraffic();
  if (fault !== undefined) {
    accounts.forEach((account) => account.fail(fault));
  }
  try {
    await ask(first);
  } finally {
    accounts.forEach((account) => account.recover());
  }
  const before = count();
  const outcome = await ask(second);
  if (outcome !== "200") {
    return outcome;
  }
  const isGiven = count() === before;
  if (first.headers?.["cache-control"] === "no-store" && told[0] !== undefined) {
    return `asked again, told ${told[0]}`;
  }
  // What could be kept is told so, what is not to be is not.
  return isGiven && told.join() !== "miss,hit"
    ? `given again, told ${told.join()}`
    : isGiven
      ? "given again"
      : "asked again";
}
