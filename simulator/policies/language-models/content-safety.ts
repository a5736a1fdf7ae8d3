import { readBytes } from "../../network";
import type { PolicyServices } from "../gateway-services";
import { isJsonObject, type JsonObject, parseJsonObject } from "../messages/json-object";
import type { PolicyExecution } from "../policy-execution";

const API_VERSION = "2024-09-01";
const TIMEOUT_MS = 30_000;
/** Longest text that one analysis takes. */
const MAX_CHARACTERS = 10_000;

/** What the analysis of a text looks for. */
export interface ContentSafetyRules {
  /** Severities from which a category is blocked. */
  readonly thresholds: ReadonlyMap<string, number>;
  readonly outputType: string;
  readonly blocklists: readonly string[];
}

/** The Azure AI Content Safety service behind a backend of the gateway. */
export class ContentSafety {
  public constructor(
    private readonly execution: PolicyExecution,
    private readonly backendId: string,
  ) {}

  /**
   * Analyses a text for harmful content.
   * @returns what was found; none for a harmless text
   * @throws Error when the service gives no verdict
   * Source: https://learn.microsoft.com/rest/api/contentsafety/text-operations/analyze-text
   */
  public async analyze(text: string, rules: ContentSafetyRules): Promise<string | undefined> {
    if (text.length > MAX_CHARACTERS) {
      throw new Error(`the text has ${text.length} characters; the service takes ${MAX_CHARACTERS}`);
    }
    const result = await this.call("text:analyze", {
      text,
      categories: rules.thresholds.size === 0 ? undefined : [...rules.thresholds.keys()],
      blocklistNames: rules.blocklists,
      outputType: rules.outputType,
    });
    const harmful = objects(result["categoriesAnalysis"]).find(({ category, severity }) => {
      const threshold = rules.thresholds.get(String(category));
      return threshold !== undefined && typeof severity === "number" && severity >= threshold;
    });
    if (harmful !== undefined) {
      return `${String(harmful["category"])} of severity ${String(harmful["severity"])}`;
    }
    const [match] = objects(result["blocklistsMatch"]);
    return match === undefined ? undefined : `an item of blocklist ${String(match["blocklistName"])}`;
  }

  /**
   * Looks for an attack in a prompt.
   * @throws Error when the service gives no verdict
   * Source: https://learn.microsoft.com/rest/api/contentsafety/text-operations/shield-prompt
   */
  public async detectsAttack(userPrompt: string): Promise<boolean> {
    const result = await this.call("text:shieldPrompt", { userPrompt, documents: [] });
    const analysis = result["userPromptAnalysis"];
    if (!isJsonObject(analysis) || typeof analysis["attackDetected"] !== "boolean") {
      throw new Error("the answer holds no analysis of the prompt");
    }
    return analysis["attackDetected"];
  }

  private async call(operation: string, body: unknown): Promise<JsonObject> {
    const { services, signal } = this.execution;
    const { url, headers } = await this.backend(services);
    const response = await services.fetch({
      url: `${url.replace(/\/+$/, "")}/contentsafety/${operation}?api-version=${API_VERSION}`,
      method: "POST",
      headers: { ...headers, "Content-Type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const result = parseJsonObject(await readBytes(response.body));
    if (response.status !== 200 || result === undefined) {
      throw new Error(`the content safety service answered ${response.status}`);
    }
    return result;
  }

  private async backend(services: PolicyServices): Promise<{
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
  }> {
    const single = services.model.backends.find(({ name }) => name === this.backendId)?.single;
    if (single === undefined) {
      throw new Error(`backend '${this.backendId}' does not exist or is a pool`);
    }
    const { url, headers, managedIdentity } = single;
    if (managedIdentity === undefined) {
      return { url, headers };
    }
    const token = await services.managedIdentityToken(managedIdentity.resource, managedIdentity.clientId);
    return { url, headers: { ...headers, Authorization: `Bearer ${token}` } };
  }
}

function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
