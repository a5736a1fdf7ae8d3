import { isExpression } from "../../../expressions";
import { endToEndFields, type OutboundRequest } from "../../network";
import { choiceAttribute, invalidValue, MAX_WAIT, numberAttribute } from "../document/attribute-values";
import type { AttributeShape, ChildShape, PolicyCompilation, PolicyElementNode } from "../policy-compiler";
import type { MutableHeaders, MutableRequest, PolicyExecution } from "../policy-execution";

const MODES = ["new", "copy"] as const;
const SECONDS = { min: 1, max: MAX_WAIT.seconds, integer: true } as const;

/** Attributes that `send-request` and `send-one-way-request` share. */
export const CALLOUT_ATTRIBUTES: Readonly<Record<string, AttributeShape>> = {
  mode: { expression: true, values: MODES },
  timeout: { expression: true, type: "integer", ...SECONDS },
};

/** Children that `send-request` and `send-one-way-request` share, in their order. */
export const CALLOUT_CHILDREN: readonly ChildShape[] = [
  { name: "set-url", max: 1, shape: { text: "required" } },
  { name: "set-method", max: 1 },
  { name: "set-header" },
  { name: "set-body", max: 1 },
  { name: "authentication-certificate", max: 1 },
  { name: "authentication-managed-identity", max: 1 },
  { name: "authentication-basic", max: 1 },
  { name: "proxy", max: 1 },
];

const DEFAULT_TIMEOUT_SECONDS = 60;

/** Builds the call a policy makes; the result runs once per request and sends nothing by itself. */
export type Callout = (execution: PolicyExecution) => Promise<OutboundRequest>;

/** Compiles the children and attributes of `send-request` and `send-one-way-request`. */
export function compileCallout(element: PolicyElementNode, compilation: PolicyCompilation): Callout {
  const urlNode = element.children.find(({ name }) => name === "set-url");
  const builderNodes = element.children.filter((child) => child !== urlNode);
  const missing = ["set-url", "set-method"].filter(
    (required) => !element.children.some(({ name }) => name === required),
  );
  if ((element.attributes.get("mode") ?? "new") === "new") {
    for (const required of missing) {
      compilation.refuse(`needs <${required}> unless mode is 'copy'`);
    }
  }
  if (builderNodes.filter(({ name }) => name.startsWith("authentication-")).length > 1) {
    compilation.refuse("holds more than one <authentication-…>");
  }
  const urlText = urlNode?.text.trim() ?? "";
  if (urlNode !== undefined && !isExpression(urlText) && !URL.canParse(urlText)) {
    compilation.refuse(`'${urlText}' is not an absolute URL`, urlNode);
  }
  const url = urlNode === undefined ? undefined : compilation.text(urlText, urlNode);
  const mode = choiceAttribute(element, "mode", compilation, MODES, "new");
  const timeout = numberAttribute(element, "timeout", compilation, SECONDS, DEFAULT_TIMEOUT_SECONDS);
  const builders = compilation.building(builderNodes);

  return async (execution) => {
    const copies = mode(execution) === "copy";
    if (!copies && missing.length > 0) {
      throw invalidValue(element.name, `Mode 'new' needs <${missing.join("> and <")}>.`);
    }
    const timeoutMs = timeout(execution) * 1000;
    const target = url?.(execution) ?? currentUrl(execution);
    if (!URL.canParse(target)) {
      throw invalidValue(element.name, `'${target}' is not an absolute URL.`);
    }
    const request = execution.createRequest("GET", target);
    if (copies) {
      await copyRequest(execution, request);
    }
    await execution.onCall(request).run(builders);
    return {
      url: targetOf(request),
      method: request.method,
      headers: headersOf(request.headers),
      body: request.hasBody ? await request.readBody() : undefined,
      timeoutMs,
      signal: execution.signal,
    };
  };
}

/** The body is gone once the response is there, so a copy made in outbound has none. */
async function copyRequest(execution: PolicyExecution, request: MutableRequest): Promise<void> {
  request.method = execution.request.method;
  for (const [name, values] of endToEndFields(execution.request.headers.entries())) {
    if (!OWN_FIELDS.has(name.toLowerCase())) {
      request.headers.set(name, values);
    }
  }
  const sendsBody = execution.section === "inbound" || execution.section === "backend";
  if (sendsBody && execution.request.hasBody) {
    request.setBody(await execution.request.readBody());
  }
}

/** Fields that follow from the call's own URL and body. */
const OWN_FIELDS = new Set(["host", "content-length"]);

function currentUrl({ context }: PolicyExecution): string {
  const { scheme, host, port, path, queryString } = context.request.url;
  return `${scheme}://${host}:${port}${path}${queryString}`;
}

function targetOf({ backend }: MutableRequest): string {
  return backend !== undefined && "baseUrl" in backend ? backend.baseUrl : "";
}

function headersOf(headers: MutableHeaders): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(headers.entries());
}
