import { type CredentialKind, credentialKinds } from "../../../auth";
import {
  type CSharp,
  csharp,
  csharpJoin,
  NamedValueReference,
  type PolicyElement,
  PolicyExpression,
  setVariable,
} from "../../../policy";
import { CALLER, QUEUED, variable, variableOrEmpty } from "../caller";
import { CLIENT_FIELDS, ClientTable, SUSPENDED } from "../client-table";
import type { OpenAiApiDescription } from "../openai-api-description";
import { QUEUE_GROUP, USAGE_GROUP } from "../openai-operation";
import { refuseIf, verdict } from "../refusal";
import { entryField, entryOf, entryStart, tableEntry } from "../table-entry";
import { VERIFIED_ID } from "./authentication";
import { couldBeUnregistered, IS_ON_BEHALF } from "./on-behalf-of";
import { operationTrait } from "./operation-table";

/** Entry of the client table for each kind of credential, and the one that counts. */
const CLIENT_OF: Readonly<Record<CredentialKind, string>> = {
  token: "clientOfToken",
  certificate: "clientOfCertificate",
  key: "clientOfKey",
};
const CLIENT = "client";
/** Callers that are cut off, as the named value lists them. */
const CUT_OFF = "cutOff";

/**
 * Resolves the caller from the verified ids and refuses who has no right to be here. Afterwards {@link CALLER} is
 * complete.
 */
export function authorizeCaller(api: OpenAiApiDescription, table: ClientTable): readonly PolicyElement[] {
  const kinds = (["token", "certificate", "key"] as const).filter((kind) => table.identifiesBy(kind));
  return [
    ...kinds.map((kind) =>
      setVariable(
        CLIENT_OF[kind],
        PolicyExpression.block(table.lookup(kind, variableOrEmpty(VERIFIED_ID[kind]))),
      ),
    ),
    setVariable(CLIENT, PolicyExpression.block(theClient(api, table, kinds))),
    ...refuseIf(api.refusalFragmentId, csharpJoin([...clientChecks(api, kinds), csharp`return "";`], "\n")),
    setVariable(CALLER.clientId, PolicyExpression.block(clientId(api))),
    setVariable(CALLER.access, PolicyExpression.of(field("access"))),
    setVariable(CALLER.limits, PolicyExpression.of(field("limits"))),
    ...endedAccess(api, table),
    ...cutOff(api),
  ];
}

/** Refuses clients after their last day, by the gateway's clock. Their name is known by now, and is in the record. */
function endedAccess(
  { refusalFragmentId }: OpenAiApiDescription,
  { hasExpiries }: ClientTable,
): readonly PolicyElement[] {
  if (!hasExpiries) {
    return [];
  }
  // Days of this form are in the order of their texts.
  return refuseIf(
    refusalFragmentId,
    csharp`
      var fields = ${variable(CLIENT)}.Split(':');
      if (fields.Length > ${CLIENT_FIELDS.expires}
        && string.CompareOrdinal(DateTime.UtcNow.ToString("yyyy-MM-dd"), fields[${CLIENT_FIELDS.expires}]) > 0) {
        return ${verdict("forbidden", "client-expired")};
      }
      return "";
    `,
  );
}

/**
 * Refuses who is listed in a named value, which operators change without a deployment. Each entry is the name of a
 * client, `user:` and a user, with its issuer or of any, or `*` for everybody. People write lists in many ways, and one
 * that is not understood lets in whom it is about: white space, commas and semicolons end an entry, and what has such a
 * character itself is percent-encoded. The text before the value keeps it from becoming code.
 */
function cutOff({ refusalFragmentId, killSwitchName, auth }: OpenAiApiDescription): readonly PolicyElement[] {
  if (killSwitchName === undefined) {
    return [];
  }
  const takesTokens = auth.authenticators.some(({ credential }) => credential === "token");
  const isListed = (entry: CSharp): CSharp =>
    csharp`listed.Any(each => each.Equals(${entry}, StringComparison.OrdinalIgnoreCase)
      || Uri.UnescapeDataString(each).Equals(${entry}, StringComparison.OrdinalIgnoreCase))`;
  const user = (name: string): CSharp => isListed(csharp`"user:" + ${variableOrEmpty(name)}`);
  return [
    setVariable(CUT_OFF, new NamedValueReference(killSwitchName, "cut-off: ")),
    ...refuseIf(
      refusalFragmentId,
      csharp`
        var listed = Regex.Split(${variable(CUT_OFF)}, "[\\s,;]+");
        if (listed.Contains("*") || ${isListed(variable(CALLER.clientId))}${
          takesTokens
            ? csharp`
          || ${variableOrEmpty(CALLER.userId)} != "" && (${user(CALLER.userId)} || ${user(CALLER.user)})`
            : csharp``
        }) {
          return ${verdict("forbidden", "client-cut-off")};
        }
        return "";
      `,
    ),
  ];
}

/** Refuses operations that the caller has no right to. */
export function authorizeOperation(
  { refusalFragmentId, queue, spending }: OpenAiApiDescription,
  { accesses }: ClientTable,
): readonly PolicyElement[] {
  const ofEverybody = [...(queue ? [QUEUE_GROUP] : []), ...(spending ? [USAGE_GROUP] : [])];
  const allowed = allowList(
    accesses.map(({ operations }) => operations && [...operations, ...ofEverybody]),
    operationTrait("group"),
    verdict("forbidden", "operation-denied"),
  );
  return allowed ? refuseIf(refusalFragmentId, allowed) : [];
}

/** The first client that a credential identifies; that the others agree is checked afterwards. */
function theClient(
  { queue }: OpenAiApiDescription,
  table: ClientTable,
  kinds: readonly CredentialKind[],
): CSharp {
  const found = kinds.map(
    (kind) => csharp`if (${variable(CLIENT_OF[kind])} != "") { return ${variable(CLIENT_OF[kind])}; }`,
  );
  // Whom a worker asks for has shown no credential now: it is found by the name that it had, or by the verified id of a
  // client that was registered since.
  const ofWorker = csharp`if (${IS_ON_BEHALF}) { ${table.namedOrIdentified(variable(QUEUED.client))} }`;
  return csharp`
    ${csharpJoin(queue ? [ofWorker, ...found] : found, "\n")}
    return "";
  `;
}

function clientChecks(api: OpenAiApiDescription, kinds: readonly CredentialKind[]): readonly CSharp[] {
  const { auth, clients = [], unregisteredCallers = "refuse" } = api;
  const asked = auth.alternatives.map(credentialKinds);
  const unknown = verdict("forbidden", "client-unknown");
  const checks: CSharp[] = [];
  if (clients.length > 0 && unregisteredCallers !== "allow") {
    checks.push(csharp`if (${variable(CLIENT)} == "") { return ${unknown}; }`);
  }
  if (api.queue) {
    checks.push(
      csharp`
        if (${IS_ON_BEHALF} && ${variable(CLIENT)} == ""
          && !${couldBeUnregistered(api, variable(QUEUED.client))}) {
          return ${unknown};
        }
      `,
    );
  }
  if (asked.some((each) => each.includes("key"))) {
    // Another team's key, or the all-access key, is good for API Management and nobody here.
    const client = kinds.includes("key") ? variable(CLIENT_OF.key) : csharp`""`;
    checks.push(
      csharp`
        if (context.Variables.ContainsKey(${VERIFIED_ID.key}) && ${client} == "") {
          return ${unknown};
        }
      `,
    );
  }
  if (clients.length > 0) {
    checks.push(
      csharp`
        if (${variable(CLIENT)}.StartsWith(${entryStart(SUSPENDED)})) {
          return ${verdict("forbidden", "client-suspended")};
        }
      `,
    );
  }
  if (asked.some((each) => each.length > 1)) {
    checks.push(...kinds.map(agreement));
  }
  return checks;
}

/**
 * A credential that was presented must identify the same client, if it identifies one, or if the client has
 * one.
 */
function agreement(kind: CredentialKind): CSharp {
  const client = variable(CLIENT_OF[kind]);
  return csharp`
    if (context.Variables.ContainsKey(${VERIFIED_ID[kind]}) && ${client} != ${variable(CLIENT)}
      && (${client} != "" || ${ClientTable.isBound(variable(CLIENT), kind)})) {
      return ${verdict("forbidden", "client-mismatch")};
    }
  `;
}

/** A registered name has no '/', so that no verified id can pass for one. */
function clientId({ auth, queue }: OpenAiApiDescription): CSharp {
  const kinds = (["token", "certificate", "key"] as const).filter((kind) =>
    auth.authenticators.some(({ credential }) => credential === kind),
  );
  const ids = [
    ...(queue ? [csharp`${variableOrEmpty(QUEUED.client)}`] : []),
    ...kinds.map((kind) => csharp`${variableOrEmpty(VERIFIED_ID[kind])}`),
  ];
  return csharp`
    if (${variable(CLIENT)} != "") {
      return ${entryField(variable(CLIENT), CLIENT_FIELDS.name)};
    }
    ${csharpJoin(
      ids.map((id) => csharp`if (${id} != "") { return ${id}; }`),
      "\n",
    )}
    return "";
  `;
}

function field(name: "access" | "limits"): CSharp {
  return csharp`${variable(CLIENT)} == "" ? "0" : ${entryField(variable(CLIENT), CLIENT_FIELDS[name])}`;
}

/**
 * C# statements that return `denied` unless the caller's access allows a name: a constant table by access and
 * name.
 *
 * @returns `undefined` if every access allows everything
 */
export function allowList(
  lists: readonly (readonly string[] | undefined)[],
  name: CSharp,
  denied: string,
): CSharp | undefined {
  if (lists.every((list) => list === undefined)) {
    return undefined;
  }
  const unrestricted = lists.flatMap((list, access) =>
    list === undefined ? [csharp`case ${String(access)}:`] : [],
  );
  const pairs = lists.flatMap((list, access) =>
    (list ?? []).map((each) => csharp`case ${tableEntry(access, each)}:`),
  );
  return csharp`
    switch (${variable(CALLER.access)}) {
      ${csharpJoin(unrestricted, "\n")} return "";
    }
    switch (${entryOf(variable(CALLER.access), name)}) {
      ${pairs.length > 0 ? csharp`${csharpJoin(pairs, "\n")} return "";` : csharp`default: break;`}
    }
    return ${denied};
  `;
}
