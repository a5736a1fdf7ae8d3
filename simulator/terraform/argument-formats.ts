import type { ConfigurationReader } from "./configuration-reader";
import type { Conversion } from "./conversion";

/** What a text must look like, and the same in words. */
interface Format {
  readonly pattern: RegExp;
  readonly words: string;
}

const GUID: Format = {
  pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  words: "a GUID",
};

/** Of every type that has the argument. Regions are compared without blanks and letter case. */
const OF_EVERY_TYPE: Readonly<Record<string, Format>> = {
  location: { pattern: /^[a-z][a-z0-9 ]+$/i, words: "a region, such as westeurope or West Europe" },
  resource_group_name: {
    pattern: /^[-\w.()]{0,89}[-\w()]$/,
    words: "1 to 90 letters, digits or -_.() that do not end in '.'",
  },
  tenant_id: GUID,
};

const API_MANAGEMENT_CHILD: Format = {
  pattern: /^[a-z0-9](?:[\w-]{0,78}[a-z0-9])?$/i,
  words: "1 to 80 letters, digits, '-' or '_', with a letter or digit at both ends",
};

const ARM_TYPE: Format = {
  pattern: /^[a-z]+(?:\.[a-z]+)+(?:\/[a-z]+)+@\d{4}-\d{2}-\d{2}(?:-preview)?$/i,
  words: "a resource type and API version, such as Microsoft.ApiManagement/service/backends@2024-05-01",
};

/** A name of 1 to 80 characters, as most of what Microsoft.Network makes has. */
const NETWORK: Format = {
  pattern: /^[a-z0-9](?:[\w.-]{0,78}\w)?$/i,
  words: "1 to 80 letters, digits or -_. that begin with a letter or digit and do not end in '.' or '-'",
};

/**
 * What the service, or the provider for it, asks of a text before it makes anything: by type, then argument.
 *
 * Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules and
 * https://learn.microsoft.com/azure/templates/microsoft.apimanagement/service
 */
const FORMATS: Readonly<Record<string, Readonly<Record<string, Format>>>> = {
  azapi_resource: { type: ARM_TYPE },
  azapi_update_resource: { type: ARM_TYPE },
  azurerm_api_management: {
    name: {
      pattern: /^[a-z](?:[a-z0-9-]{0,48}[a-z0-9])?$/i,
      words: "1 to 50 letters, digits or '-', beginning with a letter",
    },
    publisher_name: { pattern: /^[^]{1,100}$/, words: "1 to 100 characters" },
    publisher_email: {
      pattern: /^(?=[^]{1,100}$)[^\s@]+@[^\s@]+$/,
      words: "a mail address of at most 100 characters",
    },
    min_api_version: { pattern: /^\d{4}-\d{2}-\d{2}(?:-preview)?$/, words: "a date as YYYY-MM-DD" },
  },
  azurerm_api_management_api: {
    path: {
      pattern: /^(?:|\w|[\w.][\w\-/.:]{0,398}[\w-])$/,
      words: "at most 400 letters, digits or -_.:/ without '/' at an end",
    },
  },
  azurerm_api_management_backend: {
    name: { pattern: /^(?=.{1,80}$)(?:\w+|\w[\w-]+\w)$/, words: "1 to 80 letters, digits, '_' or inner '-'" },
  },
  azurerm_api_management_named_value: {
    name: API_MANAGEMENT_CHILD,
    display_name: { pattern: /^[\w.-]{1,256}$/, words: "1 to 256 letters, digits, '-', '_' or '.'" },
  },
  azurerm_api_management_policy_fragment: { name: API_MANAGEMENT_CHILD },
  azurerm_cognitive_account: {
    name: {
      pattern: /^[a-z0-9][a-z0-9_.-]{1,63}$/i,
      words: "2 to 64 letters, digits or -_. that begin with a letter or digit",
    },
    custom_subdomain_name: {
      pattern: /^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/i,
      words: "2 to 64 letters, digits or '-', with a letter or digit at both ends",
    },
  },
  azurerm_cognitive_deployment: {
    name: {
      pattern: /^[a-z0-9][\w.-]{0,62}[a-z0-9]$/i,
      words: "2 to 64 letters, digits or -_., with a letter or digit at both ends",
    },
  },
  azurerm_key_vault: {
    name: {
      pattern: /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i,
      words: "3 to 24 letters, digits or single '-', beginning with a letter",
    },
  },
  azurerm_key_vault_certificate: {
    name: { pattern: /^[a-z0-9-]{1,127}$/i, words: "1 to 127 letters, digits or '-'" },
  },
  azurerm_key_vault_secret: {
    name: { pattern: /^[a-z0-9-]{1,127}$/i, words: "1 to 127 letters, digits or '-'" },
  },
  azurerm_log_analytics_workspace: {
    name: {
      pattern: /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/i,
      words: "4 to 63 letters, digits or '-', with a letter or digit at both ends",
    },
  },
  azurerm_network_security_group: { name: NETWORK },
  azurerm_private_dns_zone: {
    name: { pattern: /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})+$/i, words: "a DNS name" },
  },
  azurerm_private_dns_zone_virtual_network_link: { name: NETWORK },
  azurerm_private_endpoint: { name: NETWORK },
  azurerm_storage_account: {
    name: { pattern: /^[a-z0-9]{3,24}$/, words: "3 to 24 lower-case letters or digits" },
  },
  azurerm_storage_container: {
    name: {
      pattern: /^(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
      words: "3 to 63 lower-case letters, digits or single '-'",
    },
  },
  azurerm_subnet: { name: NETWORK },
  azurerm_virtual_network: {
    name: { pattern: /^[a-z0-9][\w.-]{0,62}\w$/i, words: "2 to 64 letters, digits or -_." },
  },
};

/** Reports every name, region and the like that is not what Azure takes: it says so in the middle of an apply. */
export function refuseMalformedArguments(conversion: Conversion): void {
  for (const resource of conversion.stacks.resources.filter(({ mode }) => mode === "managed")) {
    const reader = conversion.read(resource);
    const formats = {
      ...OF_EVERY_TYPE,
      ...(Object.hasOwn(FORMATS, resource.type) ? FORMATS[resource.type] : {}),
    };
    for (const [name, format] of Object.entries(formats)) {
      refuseMalformed(reader, name, format);
    }
  }
}

function refuseMalformed(reader: ConfigurationReader, name: string, { pattern, words }: Format): void {
  const text = reader.isSet(name) ? reader.optionalString(name) : undefined;
  if (text !== undefined && !pattern.test(text)) {
    reader.refuse(`'${name}' is '${text}'; it must be ${words}`);
  }
}
