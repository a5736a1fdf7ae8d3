import { sameArmId } from "./arm-resource-id";
import type { Conversion } from "./conversion";
import { MODELLED_ARM_TYPES } from "./resource-types";

const POLICY_OF_API = /\/policies\/policy$/i;

/** Reports updates of what nothing in the loaded stacks makes: Azure would answer them with 404. */
export function refuseLostUpdates(conversion: Conversion): void {
  const updates = conversion.ofType("azapi_update_resource").filter(({ reader }) => {
    const [armType = ""] = reader.string("type").split("@");
    return MODELLED_ARM_TYPES.has(armType.toLowerCase());
  });
  if (updates.length === 0) {
    return;
  }
  const made = conversion.stacks.resources
    .filter(({ mode, type }) => mode === "managed" && type !== "azapi_update_resource")
    .map((resource) => conversion.read(resource).optionalString("id") ?? "");
  // An API has a policy as soon as something writes one; of revisions, `apis/<name>` is the current one.
  const isMade = (id: string): boolean =>
    made.some(
      (other) =>
        sameArmId(other, id) ||
        (POLICY_OF_API.test(id) &&
          [other, other.split(";")[0] ?? ""].some((api) => sameArmId(api, id.replace(POLICY_OF_API, "")))),
    );
  for (const { reader } of updates) {
    const id = reader.optionalString("id");
    if (id !== undefined && !isMade(id)) {
      reader.refuse(
        `it updates '${id}', which nothing in the loaded stacks makes: load the stack that does, or write the id of ` +
          "what this one makes",
      );
    }
  }
}
