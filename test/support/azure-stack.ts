import { AzurermProvider } from "@cdktf/provider-azurerm/lib/provider";
import { App, TerraformStack, Testing } from "cdktf";
import { AzureadProvider } from "../../lib/azuread";
import { synthesize, type SynthesizedStack } from "./synthesized-stack";

/** A stack with the default providers, for tests of single constructs. */
export function azureStack(id = "prod", app: App = Testing.app()): TerraformStack {
  const stack = new TerraformStack(app, id);
  new AzurermProvider(stack, "azurerm", { features: [{}] });
  new AzureadProvider(stack, "azuread", {});
  return stack;
}

/** Synthesizes the app that a stack belongs to, validations included. */
export function synthesizeStack(stack: TerraformStack): SynthesizedStack {
  const synthesized = synthesize(App.of(stack)).get(stack.node.id);
  if (!synthesized) {
    throw new Error(`stack '${stack.node.id}' was not synthesized`);
  }
  return synthesized;
}
