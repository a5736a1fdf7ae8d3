import { BECAUSE, type KnownArguments } from "./known-arguments";

const PLACE = ["name", "location", "resource_group_name"] as const;

/** Cognitive Services: what `azurerm_cognitive_account` and `azurerm_ai_services` have in common. */
const ACCOUNT = {
  read: [...PLACE, "custom_subdomain_name"],
  blocks: {
    network_acls: {
      read: ["default_action", "ip_rules"],
      blocks: {
        virtual_network_rules: {
          irrelevant: [["there is one virtual network", "subnet_id", "ignore_missing_vnet_service_endpoint"]],
        },
      },
      irrelevant: [["API Management is none of the services that an account trusts", "bypass"]],
    },
    identity: { read: ["type", "identity_ids", "principal_id", "tenant_id"] },
  },
  irrelevant: [
    [BECAUSE.description, "tags"],
    ["prices differ, answers do not", "sku_name"],
    ["it rules what the account calls", "fqdns", "outbound_network_access_restricted"],
    ["storage and its encryption are not visible to a request", "customer_managed_key", "storage"],
  ],
} as const satisfies KnownArguments;

const ACCESS_POLICY: KnownArguments = {
  read: ["object_id", "secret_permissions", "certificate_permissions"],
  irrelevant: [
    ["a vault's policies all belong to its tenant", "tenant_id"],
    ["the simulated vault has secrets and certificates only", "key_permissions", "storage_permissions"],
  ],
};

/** Whom a storage account lets in, in a block of it or a resource of their own. */
const STORAGE_RULES = {
  read: ["default_action", "ip_rules", "virtual_network_subnet_ids"],
  irrelevant: [
    ["API Management comes through the network or not at all", "bypass"],
    ["it names other resources that are let in", "private_link_access"],
  ],
} as const satisfies KnownArguments;

/** Known arguments of modelled azurerm resources outside API Management. */
export const AZURE_ARGUMENTS: Readonly<Record<string, KnownArguments>> = {
  azurerm_ai_services: {
    ...ACCOUNT,
    read: [...ACCOUNT.read, "local_authentication_enabled", "public_network_access"],
  },
  azurerm_cognitive_account: {
    ...ACCOUNT,
    read: [...ACCOUNT.read, "kind", "local_auth_enabled", "public_network_access_enabled"],
    irrelevant: [
      ...ACCOUNT.irrelevant,
      ["capacity is what the deployment says", "dynamic_throttling_enabled"],
      ["projects and agents are not simulated", "project_management_enabled", "network_injection"],
    ],
  },
  azurerm_cognitive_deployment: {
    read: ["name", "cognitive_account_id"],
    blocks: {
      model: { read: ["format", "name", "version"] },
      sku: {
        read: ["name", "capacity"],
        irrelevant: [["the name says it all", "family", "size", "tier"]],
      },
    },
    irrelevant: [
      ["prompts are filtered when a test says so", "rai_policy_name"],
      ["models do not change while a simulation runs", "version_upgrade_option"],
      ["capacity is what the deployment says", "dynamic_throttling_enabled"],
    ],
  },
  azurerm_key_vault: {
    read: [
      ...PLACE,
      "tenant_id",
      "rbac_authorization_enabled",
      "enable_rbac_authorization",
      "public_network_access_enabled",
    ],
    blocks: {
      access_policy: ACCESS_POLICY,
      network_acls: { read: ["default_action", "bypass", "ip_rules", "virtual_network_subnet_ids"] },
    },
    irrelevant: [
      [BECAUSE.description, "tags", "contact"],
      ["prices differ, answers do not", "sku_name"],
      ["nothing is deleted", "purge_protection_enabled", "soft_delete_retention_days"],
      ["it opens the vault to Azure's own deployments", "enabled_for_deployment"],
      [
        "it opens the vault to Azure's own deployments",
        "enabled_for_disk_encryption",
        "enabled_for_template_deployment",
      ],
    ],
  },
  azurerm_key_vault_access_policy: {
    ...ACCESS_POLICY,
    read: [...(ACCESS_POLICY.read ?? []), "key_vault_id"],
  },
  azurerm_key_vault_certificate: {
    read: ["name", "key_vault_id"],
    blocks: {
      certificate: { read: ["contents", "password"] },
      certificate_policy: {
        blocks: {
          x509_certificate_properties: {
            read: ["subject", "validity_in_months", "extended_key_usage"],
            blocks: { subject_alternative_names: { read: ["dns_names"] } },
            irrelevant: [["no verifier here asks for it", "key_usage"]],
          },
        },
        irrelevant: [
          ["a vault's certificate is issued anew at each start, by itself", "issuer_parameters"],
          ["a vault's certificate is issued anew at each start, by itself", "lifetime_action"],
          ["keys are made in the form that the simulator needs", "key_properties", "secret_properties"],
        ],
      },
    },
    irrelevant: [[BECAUSE.description, "tags"]],
  },
  azurerm_key_vault_secret: {
    read: ["name", "key_vault_id", "value", "value_wo"],
    irrelevant: [
      [BECAUSE.description, "tags", "content_type"],
      ["a vault gives out a secret before and after these dates", "not_before_date", "expiration_date"],
      ["it tells Terraform when to write again", "value_wo_version"],
    ],
  },
  azurerm_private_endpoint: {
    read: [...PLACE],
    blocks: {
      private_service_connection: {
        read: ["private_connection_resource_id"],
        refused: { is_manual_connection: "nobody approves the connection; let Azure approve it by rights" },
        irrelevant: [
          [BECAUSE.description, "name", "request_message"],
          ["every subresource of the target is reached", "subresource_names"],
        ],
      },
    },
    irrelevant: [
      [BECAUSE.description, "tags"],
      ["there is one virtual network, and names are resolved in it", "subnet_id", "private_dns_zone_group"],
      ["addresses are not simulated", "ip_configuration", "custom_network_interface_name"],
    ],
  },
  azurerm_role_assignment: {
    read: ["name", "scope", "principal_id", "role_definition_id", "role_definition_name"],
    refused: { condition: "conditions of role assignments are not evaluated" },
    irrelevant: [
      [BECAUSE.description, "description"],
      ["it tells Azure what the id says already", "principal_type", "skip_service_principal_aad_check"],
      ["it belongs to 'condition'", "condition_version"],
    ],
  },
  azurerm_role_definition: {
    read: ["name", "scope", "role_definition_id", "assignable_scopes"],
    blocks: {
      permissions: {
        read: ["data_actions", "not_data_actions"],
        irrelevant: [["they open no data plane", "actions", "not_actions"]],
      },
    },
    irrelevant: [[BECAUSE.description, "description"]],
  },
  azurerm_servicebus_namespace: {
    read: [...PLACE, "sku", "public_network_access_enabled"],
    blocks: {
      network_rule_set: {
        read: ["default_action", "public_network_access_enabled", "ip_rules"],
        blocks: {
          network_rules: {
            irrelevant: [
              ["there is one virtual network", "subnet_id", "ignore_missing_vnet_service_endpoint"],
            ],
          },
        },
        irrelevant: [["API Management comes through the network or not at all", "trusted_services_allowed"]],
      },
      identity: { read: ["type", "identity_ids", "principal_id", "tenant_id"] },
    },
    irrelevant: [
      [BECAUSE.description, "tags"],
      ["speed is not simulated", "capacity", "premium_messaging_partitions"],
      ["keys open nothing here: callers come with tokens", "local_auth_enabled"],
      ["every server of the simulator asks for TLS 1.2", "minimum_tls_version"],
      ["encryption at rest is not visible to a request", "customer_managed_key"],
    ],
  },
  azurerm_servicebus_queue: {
    read: [
      "name",
      "namespace_id",
      "lock_duration",
      "max_delivery_count",
      "default_message_ttl",
      "dead_lettering_on_message_expiration",
      "requires_duplicate_detection",
      "duplicate_detection_history_time_window",
      "max_size_in_megabytes",
      "max_message_size_in_kilobytes",
      "status",
    ],
    refused: {
      requires_session: "sessions are not simulated",
      forward_to: "messages are not forwarded",
      forward_dead_lettered_messages_to: "messages are not forwarded",
    },
    irrelevant: [
      ["a simulation does not last that long", "auto_delete_on_idle"],
      ["speed is not simulated", "batched_operations_enabled", "express_enabled", "partitioning_enabled"],
    ],
  },
  azurerm_storage_account: {
    read: [...PLACE, "public_network_access_enabled"],
    blocks: {
      network_rules: STORAGE_RULES,
      identity: { read: ["type", "identity_ids", "principal_id", "tenant_id"] },
    },
    irrelevant: [
      [BECAUSE.description, "tags"],
      ["prices differ, answers do not", "access_tier", "account_kind", "account_tier", "edge_zone"],
      ["prices differ, answers do not", "account_replication_type", "provisioned_billing_model_version"],
      ["keys open nothing here: callers come with tokens", "shared_access_key_enabled", "sas_policy"],
      ["keys open nothing here: callers come with tokens", "default_to_oauth_authentication"],
      ["blobs are given out to callers with a role alone", "allow_nested_items_to_be_public"],
      ["every server of the simulator asks for TLS 1.2", "min_tls_version", "https_traffic_only_enabled"],
      ["blobs are simulated, without versions and soft delete", "blob_properties", "immutability_policy"],
      ["blobs are simulated alone", "is_hns_enabled", "nfsv3_enabled", "sftp_enabled", "local_user_enabled"],
      ["blobs are simulated alone", "static_website", "queue_properties", "share_properties"],
      ["blobs are simulated alone", "azure_files_authentication", "large_file_share_enabled"],
      ["copies between accounts are not simulated", "cross_tenant_replication_enabled", "allowed_copy_scope"],
      ["the account answers at the usual host name", "custom_domain", "dns_endpoint_type", "routing"],
      ["encryption at rest is not visible to a request", "customer_managed_key"],
      ["encryption at rest is not visible to a request", "infrastructure_encryption_enabled"],
      ["encryption at rest is not visible to a request", "queue_encryption_key_type"],
      ["encryption at rest is not visible to a request", "table_encryption_key_type"],
    ],
  },
  azurerm_storage_account_network_rules: {
    ...STORAGE_RULES,
    read: [...STORAGE_RULES.read, "storage_account_id"],
  },
  azurerm_storage_container: {
    read: ["name", "storage_account_id", "storage_account_name"],
    irrelevant: [
      ["blobs are given out to callers with a role alone", "container_access_type"],
      ["encryption at rest is not visible to a request", "default_encryption_scope"],
      ["encryption at rest is not visible to a request", "encryption_scope_override_enabled"],
      [BECAUSE.description, "metadata"],
    ],
  },
  azurerm_user_assigned_identity: {
    read: [...PLACE],
    irrelevant: [[BECAUSE.description, "tags"]],
  },
};
