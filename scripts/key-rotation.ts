/** One of the two keys of a subscription, both of which are valid. */
type KeySlot = "primary" | "secondary";

/** An answer of Azure. */
export interface AzureAnswer {
  readonly status: number;
  /** Parsed, `undefined` where there is none. */
  readonly body: unknown;
  /** When it was given, by Azure's clock: milliseconds since 1970. */
  readonly timeMs: number;
}

/** A request to Azure, with a token for the audience of its host. */
export type SendToAzure = (
  method: "GET" | "POST" | "PUT",
  url: string,
  body?: object,
) => Promise<AzureAnswer>;

export interface KeyRotationProps {
  /** ARM id of the client's subscription in API Management. */
  readonly subscriptionId: string;
  /** Secret of the client's vault that holds its key: `https://<vault>.vault.azure.net/secrets/<name>`. */
  readonly secretUrl: string;
  /** How long clients may go on with the key that they have read: longer than they keep it. */
  readonly waitMs: number;
  readonly send: SendToAzure;
  readonly sleep: (ms: number) => Promise<void>;
  /** Told each step; never a key. */
  readonly say: (step: string) => void;
}

const MANAGEMENT = "https://management.azure.com";
const MANAGEMENT_VERSION = "api-version=2024-05-01";
const VAULT_VERSION = "api-version=7.4";

/**
 * Replaces both keys of a client, and none while the client uses it: the slot that is not in use first, then the vault,
 * from which the client reads it, then the other slot. When the vault got its key less than `waitMs` ago, as after a run
 * that failed, clients may still have the key of the free slot: the rest of the time is waited out first. So a run that
 * failed anywhere can be done again, at once.
 *
 * @throws Error that says what Azure answered, that the vault's key is none of the subscription's, or that somebody
 * changed it in the meantime
 */
export async function rotateKey(props: KeyRotationProps): Promise<void> {
  const { secretUrl, waitMs, send, sleep, say } = props;
  const inVault = await readSecret(secretUrl, send);
  const used = slotOf(inVault?.value, await readKeys(props), secretUrl);
  const free = used === "primary" ? "secondary" : "primary";
  const restMs = inVault === undefined ? 0 : waitMs - inVault.ageMs;
  if (restMs > 0) {
    say(
      `the vault has its key for ${minutes(waitMs - restMs)} of ${minutes(waitMs)} minutes; ` +
        `waiting ${minutes(restMs)} for clients to read it`,
    );
    await sleep(restMs);
  }
  await regenerate(free, props);
  say(`${free} key is new; the ${used} one goes on`);
  const value = (await readKeys(props))[free];
  await expectOk(
    send("PUT", `${secretUrl}?${VAULT_VERSION}`, { value, contentType: `${free} key` }),
    "write the secret",
  );
  say(`the vault has the ${free} key; waiting ${minutes(waitMs)} minutes for clients to read it`);
  await sleep(waitMs);
  if ((await readSecret(secretUrl, send))?.value !== value) {
    throw new Error(
      `${secretUrl} was changed by somebody else while clients were to read it: the ${used} key is as it was. ` +
        "Let one rotation end before another one begins",
    );
  }
  await regenerate(used, props);
  say(`${used} key is new: what was known before opens nothing any more`);
}

function minutes(ms: number): number {
  return Math.round(ms / 60_000);
}

function slotOf(
  inVault: string | undefined,
  keys: Readonly<Record<KeySlot, string>>,
  secretUrl: string,
): KeySlot {
  if (inVault === undefined || inVault === keys.primary) {
    return "primary";
  }
  if (inVault === keys.secondary) {
    return "secondary";
  }
  throw new Error(
    `${secretUrl} holds neither key of the subscription: its client is locked out already, or the secret is another's. ` +
      "Name the right secret, or delete and purge it to begin with the primary key",
  );
}

/** What a vault holds, and for how long. */
interface KeptSecret {
  readonly value: string;
  readonly ageMs: number;
}

async function readSecret(url: string, send: SendToAzure): Promise<KeptSecret | undefined> {
  const answer = await send("GET", `${url}?${VAULT_VERSION}`);
  if (answer.status === 404) {
    return undefined;
  }
  const { value, attributes } = (await expectOk(Promise.resolve(answer), "read the secret")) as {
    readonly value: string;
    readonly attributes: { readonly updated: number };
  };
  // Whole seconds: the secret may be younger by one.
  return { value, ageMs: answer.timeMs - (attributes.updated + 1) * 1000 };
}

async function readKeys({
  subscriptionId,
  send,
}: KeyRotationProps): Promise<Readonly<Record<KeySlot, string>>> {
  const url = `${MANAGEMENT}${subscriptionId}/listSecrets?${MANAGEMENT_VERSION}`;
  const { primaryKey, secondaryKey } = (await expectOk(send("POST", url), "read the keys")) as {
    readonly primaryKey: string;
    readonly secondaryKey: string;
  };
  return { primary: primaryKey, secondary: secondaryKey };
}

async function regenerate(slot: KeySlot, { subscriptionId, send }: KeyRotationProps): Promise<void> {
  const action = slot === "primary" ? "regeneratePrimaryKey" : "regenerateSecondaryKey";
  const url = `${MANAGEMENT}${subscriptionId}/${action}?${MANAGEMENT_VERSION}`;
  await expectOk(send("POST", url), `regenerate the ${slot} key`);
}

async function expectOk(sent: Promise<AzureAnswer>, what: string): Promise<unknown> {
  const { status, body } = await sent;
  if (status >= 300) {
    const { error } = (body ?? {}) as {
      readonly error?: { readonly code?: string; readonly message?: string };
    };
    throw new Error(`cannot ${what}: ${status} ${error?.code ?? ""} ${error?.message ?? ""}`.trim());
  }
  return body;
}
