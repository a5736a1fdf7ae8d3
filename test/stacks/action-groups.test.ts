import { type EnvironmentName, type StackJson, synthesized } from "../support/simulation";

test.each(["dev", "test", "prod"] satisfies EnvironmentName[])(
  "%s: each action group has an alert",
  (name) => {
    const { resource } = synthesized(name).json as unknown as StackJson;
    const json = JSON.stringify(resource);
    const groups = Object.keys(resource.azurerm_monitor_action_group ?? {});
    expect(groups).not.toEqual([]);
    expect(groups.filter((id) => !json.includes(`\${azurerm_monitor_action_group.${id}.id}`))).toEqual([]);
  },
);
