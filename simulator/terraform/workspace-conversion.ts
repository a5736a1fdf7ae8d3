import type { LogWorkspaceModel } from "../model";
import { sameArmId } from "./arm-resource-id";
import type { Conversion } from "./conversion";

/** Log Analytics workspaces, with the functions that are saved in them. */
export function convertLogWorkspaces(conversion: Conversion): readonly LogWorkspaceModel[] {
  const functions = conversion
    .ofType("azurerm_log_analytics_saved_search")
    .filter(({ reader }) => reader.isSet("function_alias"));
  return conversion.ofType("azurerm_log_analytics_workspace").map(({ resource, reader }) => {
    const id = reader.string("id");
    return {
      address: resource.address,
      id,
      workspaceId: reader.string("workspace_id"),
      tenantId: conversion.stacks.tenantIdOf(resource),
      publicQueries: reader.boolean("internet_query_enabled", true),
      functions: functions
        .filter((each) => sameArmId(each.reader.string("log_analytics_workspace_id"), id))
        .map((each) => ({
          name: each.reader.string("function_alias"),
          parameters: each.reader
            .strings("function_parameters")
            .map((parameter) => parameter.split(":")[0]?.trim() ?? ""),
          query: each.reader.string("query"),
        })),
    };
  });
}
