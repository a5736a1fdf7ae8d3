import type { NetworkAccessModel } from "../model";
import { sameArmId } from "./arm-resource-id";
import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";

/**
 * Reads who can open a connection to a resource.
 * @param publicAccess whether its public endpoint is open at all
 * @param subnets argument of the rules with subnets that are let in
 * @param rules whom the public endpoint lets in, where the resource says so
 */
export function networkAccess(
  conversion: Conversion,
  reader: ConfigurationReader,
  publicAccess: boolean,
  subnets: string,
  rules: ConfigurationReader | undefined,
): NetworkAccessModel {
  const id = reader.string("id");
  return {
    publicAccess,
    defaultAction: rules?.word("default_action", ["Allow", "Deny"]) ?? "Allow",
    privateEndpoint: conversion
      .ofType("azurerm_private_endpoint")
      .some((endpoint) => targets(endpoint.reader).some((target) => sameArmId(target, id))),
    addressRules: rules?.strings("ip_rules") ?? [],
    subnetRules: rules?.isSet(subnets) ?? false,
  };
}

function targets(endpoint: ConfigurationReader): readonly string[] {
  return endpoint
    .blocks("private_service_connection")
    .flatMap((connection) => connection.optionalString("private_connection_resource_id") ?? []);
}
