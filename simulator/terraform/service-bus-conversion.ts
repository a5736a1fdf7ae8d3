import type { QueueModel, ServiceBusNamespaceModel } from "../model";
import { sameArmId } from "./arm-resource-id";
import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";
import { isoDurationMs } from "./iso-duration";
import { networkAccess } from "./network-access";
import type { Resource } from "./resource";

const TIERS = ["Basic", "Standard", "Premium"] as const;
type Tier = (typeof TIERS)[number];

const MINUTE_MS = 60_000;
const KILOBYTE = 1024;
const MEGABYTE = 1024 * KILOBYTE;

/** Service Bus namespaces with their queues. */
export function convertServiceBusNamespaces(conversion: Conversion): readonly ServiceBusNamespaceModel[] {
  const queues = conversion.ofType("azurerm_servicebus_queue");
  const namespaces = conversion.ofType("azurerm_servicebus_namespace");
  for (const { reader } of queues) {
    const namespaceId = reader.string("namespace_id");
    if (!namespaces.some((namespace) => sameArmId(namespace.reader.string("id"), namespaceId))) {
      reader.refuse(
        `its namespace '${namespaceId}' is not in the loaded stacks; load the stack that creates it too`,
      );
    }
  }
  return namespaces.map(({ resource, reader }) => {
    const id = reader.string("id");
    const tier = reader.word("sku", TIERS);
    const rules = reader.block("network_rule_set");
    return {
      address: resource.address,
      id,
      name: reader.string("name"),
      tenantId: conversion.stacks.tenantIdOf(resource),
      network: networkAccess(
        conversion,
        reader,
        reader.boolean("public_network_access_enabled", true) &&
          (rules?.boolean("public_network_access_enabled", true) ?? true),
        "network_rules",
        rules,
      ),
      queues: queues
        .filter((queue) => sameArmId(queue.reader.string("namespace_id"), id))
        .map((queue) => queueOf(queue.resource, queue.reader, tier)),
    };
  });
}

/** Defaults are those of the service. Source: https://learn.microsoft.com/azure/templates/microsoft.servicebus/namespaces/queues */
function queueOf(resource: Resource, reader: ConfigurationReader, tier: Tier): QueueModel {
  const duration = (name: string): number | undefined => reader.convert(name, isoDurationMs);
  reader.word("status", ["Active"], "Active");
  return {
    address: resource.address,
    id: reader.string("id"),
    name: reader.string("name"),
    lockMs: duration("lock_duration") ?? MINUTE_MS,
    maxDeliveryCount: reader.optionalNumber("max_delivery_count") ?? 10,
    timeToLiveMs: duration("default_message_ttl") ?? Infinity,
    deadLettersExpired: reader.boolean("dead_lettering_on_message_expiration", false),
    duplicateWindowMs: reader.boolean("requires_duplicate_detection", false)
      ? (duration("duplicate_detection_history_time_window") ?? 10 * MINUTE_MS)
      : undefined,
    maxBytes: (reader.optionalNumber("max_size_in_megabytes") ?? 1024) * MEGABYTE,
    maxMessageBytes:
      KILOBYTE *
      (tier === "Premium" ? (reader.optionalNumber("max_message_size_in_kilobytes") ?? 1024) : 256),
  };
}
