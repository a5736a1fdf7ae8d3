import type { ApiSettings } from "../stacks/environment-settings";
import { type AccessCase, Unexpected } from "./access-case";
import { outcomeOf, runClientProgram } from "./client-program";
import type { ClientProgramProps, ClientWay, CredentialSource } from "./credential-source";
import type { CertificateRequirement, TokenRequirement } from "./requirement";
import { type Caller, callersOf, type TargetEnvironment } from "./target-environment";

type Run = Pick<ClientProgramProps, "program" | "way"> & { readonly how: string };

/** What a client program printed for people to see. */
export type ProgramObserver = (text: string) => void;

/**
 * The client programs of `examples/clients` as the callers of an API would run them.
 *
 * @param observe gets everything that they write
 */
export function clientCases(
  environment: TargetEnvironment,
  api: ApiSettings,
  source: CredentialSource,
  observe: ProgramObserver,
): readonly AccessCase[] {
  return callersOf(environment, api).flatMap(([first]) =>
    first === undefined
      ? []
      : runsOf(first).map((run) => clientCase(environment, source, observe, first, run)),
  );
}

/** The case of one client program. */
export function programCase(
  claim: Pick<AccessCase, "target" | "who" | "how">,
  source: CredentialSource,
  props: ClientProgramProps,
  observe: ProgramObserver,
): AccessCase {
  return {
    ...claim,
    expected: "answer",
    run: async () => {
      const run = await runClientProgram(await source.program(props));
      observe(run.output);
      observe(run.messages);
      const outcome = outcomeOf(run);
      if (outcome === "answer") {
        return outcome;
      }
      throw new Unexpected(outcome, run.messages.trim().split("\n").at(-1) || "the program wrote no message");
    },
  };
}

function clientCase(
  { settings, gatewayUrl }: TargetEnvironment,
  source: CredentialSource,
  observe: ProgramObserver,
  caller: Caller,
  { program, way, how }: Run,
): AccessCase {
  const { api, deployment, requirements, subscription } = caller;
  const claim = { target: `${settings.name}/${api.name}`, who: caller.name, how };
  const props: ClientProgramProps = {
    program,
    way,
    deployment,
    subscription,
    endpoint: `${gatewayUrl}/${api.path}`,
    token: requirements.find((each): each is TokenRequirement => each.kind === "token"),
    certificate: requirements.find((each): each is CertificateRequirement => each.kind === "certificate"),
  };
  return programCase(claim, source, props, observe);
}

/** Client programs that can go a way; those of other identity providers bring their own libraries. */
function runsOf({ requirements, client, operation }: Caller): readonly Run[] {
  const [only, second] = requirements;
  if (only === undefined || second !== undefined || operation !== "chat") {
    return [];
  }
  const run = (program: Run["program"], way: ClientWay): Run => ({ program, way, how: `${program}: ${way}` });
  switch (only.kind) {
    case "certificate":
      return [run("certificate", "PEM certificate")];
    case "key":
      return [run("key", "key"), run("key", "secondary key, rotated"), run("keyless", "key")];
    case "token":
      if (only.tenantId === undefined) {
        return [];
      }
      if (only.role !== undefined && (client !== undefined || only.clientIds.length > 0)) {
        return [run("keyless", "managed identity"), run("keyless", "federated credential")];
      }
      return only.scope === undefined ? [] : [run("device-code", "device code")];
  }
}
