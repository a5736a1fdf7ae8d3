/** JSON body of a sample request. */
export type SampleBody = Readonly<Record<string, unknown>>;

/** Something that a request may have so many of. */
export interface AmountProbe {
  readonly subject: string;
  /** Families of operations that it is tried with. */
  readonly families: readonly string[];
  /** The most that model services take of it anywhere. */
  readonly max: number;
  /** Whether each deployment may have a bound of its own. @default false */
  readonly ofDeployment?: boolean;
  readonly change: (body: SampleBody, amount: number, family: string) => SampleBody;
}

/** Something that a request may be or hold in several ways. */
export interface ChoiceProbe {
  readonly subject: string;
  readonly choices: readonly Choice[];
}

export interface Choice {
  /** As a line of the access file names it. */
  readonly name: string;
  readonly families: readonly string[];
  readonly change: (body: SampleBody) => SampleBody;
  /** Whether what reaches the model service still asks for it. @default - whatever reaches it */
  readonly reaches?: (body: SampleBody) => boolean;
}

const FAR_IMAGE = "https://images.fabrikam.example/lighthouse.png";
/** A picture of one pixel. */
const NEAR_IMAGE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const OUTPUT_MEMBERS: Readonly<Record<string, string>> = {
  chat: "max_completion_tokens",
  completions: "max_tokens",
  responses: "max_output_tokens",
};

/** Bounds on one request. Azure takes 128 answers, 2,048 inputs and 50 images at most. */
export const AMOUNT_PROBES: readonly AmountProbe[] = [
  {
    subject: "answers",
    families: ["chat", "completions"],
    max: 128,
    change: (body, amount) => ({ ...body, n: amount }),
  },
  {
    subject: "images to look at",
    families: ["chat"],
    max: 50,
    change: (body, amount) => ({ ...body, messages: [message(Array(amount).fill(imagePart(NEAR_IMAGE)))] }),
  },
  {
    subject: "inputs",
    families: ["embeddings"],
    max: 2_048,
    // Short vectors: how long they are is not asked.
    change: (body, amount) => ({ ...body, input: Array<string>(amount).fill("a"), dimensions: 1 }),
  },
  {
    subject: "tokens of output",
    families: Object.keys(OUTPUT_MEMBERS),
    max: 1_000_000,
    ofDeployment: true,
    change: (body, amount, family) => ({ ...body, [OUTPUT_MEMBERS[family] ?? ""]: amount }),
  },
];

/** A prompt of so many words, each of which is one token. */
export function withPrompt(body: SampleBody, words: number): SampleBody {
  const text = "a ".repeat(words).trimEnd();
  return "messages" in body
    ? { ...body, messages: [message(text)] }
    : { ...body, ["input" in body ? "input" : "prompt"]: text };
}

/** What opens costs, data or other hosts to a request. */
export const CHOICE_PROBES: readonly ChoiceProbe[] = [
  {
    subject: "service_tier",
    choices: ["auto", "default", "flex", "priority", "scale"].map((tier) => ({
      name: tier,
      families: ["chat", "responses"],
      change: (body) => ({ ...body, service_tier: tier }),
    })),
  },
  {
    subject: "tools that the service runs",
    choices: [
      tool("code_interpreter", { container: { type: "auto" } }),
      tool("file_search", { vector_store_ids: ["vs_1"] }),
      tool("image_generation", {}),
      tool("mcp", { server_label: "one", server_url: "https://tools.fabrikam.example/mcp", require_approval: "never" }),
      tool("programmatic_tool_calling", {}),
      tool("web_search", {}),
      tool("web_search_preview", {}),
    ],
  },
  {
    subject: "content from elsewhere",
    choices: [
      member("data_sources", ["chat"], [{ type: "azure_search", parameters: { endpoint: "https://search.fabrikam.example" } }]),
      {
        name: "images by address",
        families: ["chat"],
        change: (body) => ({ ...body, messages: [message([imagePart(FAR_IMAGE)])] }),
      },
      {
        name: "images by address",
        families: ["responses"],
        change: (body) => ({
          ...body,
          input: [{ role: "user", content: [{ type: "input_image", image_url: FAR_IMAGE }] }],
        }),
      },
      {
        name: "files by address",
        families: ["responses"],
        change: (body) => ({
          ...body,
          input: [{ role: "user", content: [{ type: "input_file", file_url: "https://files.fabrikam.example/a.pdf" }] }],
        }),
      },
      member("web_search_options", ["chat"], {}),
    ],
  },
  {
    subject: "objects that the service keeps",
    choices: [
      flag("background", ["responses"]),
      member("conversation", ["responses"], "conv_1"),
      {
        name: "file ids",
        families: ["responses"],
        change: (body) => ({
          ...body,
          input: [{ role: "user", content: [{ type: "input_file", file_id: "assistant-1" }] }],
        }),
      },
      {
        name: "items of earlier answers",
        families: ["responses"],
        change: (body) => ({ ...body, input: [{ type: "item_reference", id: "msg_1" }] }),
      },
      member("previous_response_id", ["responses"], "resp_1"),
      { ...member("prompt", ["responses"], { id: "pmpt_1" }), name: "prompt templates" },
      flag("store", ["chat", "responses"]),
      {
        // The service stores a response that does not say otherwise.
        name: "store unsaid",
        families: ["responses"],
        change: (body) => Object.fromEntries(Object.entries(body).filter(([name]) => name !== "store")),
        reaches: (body) => body["store"] !== false,
      },
    ],
  },
  {
    subject: "words about the user",
    choices: [
      member("user_security_context", ["chat"], { application_name: "one", end_user_id: "one" }),
    ],
  },
];

function tool(type: string, members: SampleBody): Choice {
  return {
    name: type,
    families: ["responses"],
    change: (body) => ({ ...body, tools: [{ type, ...members }] }),
  };
}

function member(name: string, families: readonly string[], value: unknown): Choice {
  return { name, families, change: (body) => ({ ...body, [name]: value }) };
}

/** A member that says yes or no: a policy may write no. */
function flag(name: string, families: readonly string[]): Choice {
  return { ...member(name, families, true), reaches: (body) => body[name] === true };
}

function message(content: unknown): object {
  return { role: "user", content };
}

function imagePart(url: string): object {
  return { type: "image_url", image_url: { url } };
}
