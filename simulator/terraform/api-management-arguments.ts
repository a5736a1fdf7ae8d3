import { BECAUSE, type KnownArguments } from "./known-arguments";

const CHILD = ["api_management_name", "resource_group_name"] as const;

const HOST_NAME: KnownArguments = {
  read: [
    "host_name",
    "negotiate_client_certificate",
    "key_vault_certificate_id",
    "key_vault_id",
    "ssl_keyvault_identity_client_id",
  ],
  irrelevant: [
    ["the simulator serves certificates of its own", "certificate", "certificate_password"],
    ["clients of the simulator name the host that they want", "default_ssl_binding"],
  ],
};

const OTHER_HOST_NAMES = ["management", "portal", "developer_portal", "scm"] as const;

const MASKS: KnownArguments = { read: ["mode", "value"] };

const DIAGNOSTIC_SIDE: KnownArguments = {
  read: ["body_bytes", "headers_to_log"],
  blocks: { data_masking: { blocks: { headers: MASKS, query_params: MASKS } } },
};

const DIAGNOSTIC: KnownArguments = {
  read: [...CHILD, "identifier", "api_management_logger_id", "verbosity"],
  blocks: {
    frontend_request: DIAGNOSTIC_SIDE,
    frontend_response: DIAGNOSTIC_SIDE,
    backend_request: DIAGNOSTIC_SIDE,
    backend_response: DIAGNOSTIC_SIDE,
  },
  irrelevant: [
    [
      BECAUSE.observation,
      "always_log_errors",
      "http_correlation_protocol",
      "log_client_ip",
      "operation_name_format",
      "sampling_percentage",
    ],
  ],
};

const POLICY_REFUSED = { xml_link: "nothing is downloaded; put the document into 'xml_content'" };

/** Known arguments of `azurerm_api_management` and its children. */
export const API_MANAGEMENT_ARGUMENTS: Readonly<Record<string, KnownArguments>> = {
  azurerm_api_management: {
    read: [
      "name",
      "location",
      "resource_group_name",
      "sku_name",
      "client_certificate_enabled",
      "public_ip_addresses",
    ],
    refused: { gateway_disabled: "without its gateway the service answers nobody" },
    blocks: {
      identity: { read: ["type", "identity_ids", "principal_id", "tenant_id"] },
      certificate: { read: ["store_name", "encoded_certificate", "certificate_password"] },
      hostname_configuration: {
        blocks: { proxy: HOST_NAME },
        irrelevant: [["only the gateway runs", ...OTHER_HOST_NAMES]],
      },
      virtual_network_configuration: { irrelevant: [["there is one virtual network", "subnet_id"]] },
      additional_location: {
        read: ["location", "gateway_disabled"],
        irrelevant: [
          ["one gateway instance runs", "capacity", "zones"],
          ["its own address is made up", "public_ip_address_id"],
        ],
        blocks: {
          virtual_network_configuration: { irrelevant: [["there is one virtual network", "subnet_id"]] },
        },
      },
    },
    irrelevant: [
      [BECAUSE.description, "publisher_name", "publisher_email", "notification_sender_email", "tags"],
      [BECAUSE.portal, "sign_in", "sign_up", "delegation"],
      ["the management API is not simulated", "min_api_version", "tenant_access"],
      ["one gateway instance runs", "zones"],
      ["its own address is made up", "public_ip_address_id"],
      ["where callers sit is not simulated", "public_network_access_enabled", "virtual_network_type"],
      ["TLS versions, ciphers and HTTP versions are those of the simulator", "security", "protocols"],
    ],
  },
  azurerm_api_management_api: {
    read: [
      ...CHILD,
      "name",
      "display_name",
      "path",
      "protocols",
      "revision",
      "version",
      "version_set_id",
      "service_url",
      "subscription_required",
      "api_type",
      "source_api_id",
    ],
    blocks: {
      import: { read: ["content_format", "content_value"] },
      subscription_key_parameter_names: { read: ["header", "query"] },
    },
    irrelevant: [
      [BECAUSE.description, "description", "revision_description", "version_description"],
      [BECAUSE.description, "contact", "license", "terms_of_service_url"],
      ["it serves the portal's test console", "oauth2_authorization", "openid_authentication"],
    ],
  },
  azurerm_api_management_api_diagnostic: { ...DIAGNOSTIC, read: [...(DIAGNOSTIC.read ?? []), "api_name"] },
  azurerm_api_management_api_release: {
    read: ["api_id"],
    irrelevant: [[BECAUSE.description, "name", "notes"]],
  },
  azurerm_api_management_api_operation: {
    read: [...CHILD, "api_name", "operation_id", "display_name", "method", "url_template", "response"],
    blocks: {
      template_parameter: {
        read: ["name", "required"],
        irrelevant: [
          ["no request is checked by it", "type", "values", "default_value"],
          [BECAUSE.description, "description", "example", "schema_id", "type_name"],
        ],
      },
    },
    irrelevant: [
      [BECAUSE.description, "description"],
      ["it describes messages, and no policy here validates by it", "request"],
    ],
  },
  azurerm_api_management_api_operation_policy: {
    read: [...CHILD, "xml_content", "api_name", "operation_id"],
    refused: POLICY_REFUSED,
  },
  azurerm_api_management_api_policy: { read: [...CHILD, "xml_content", "api_name"], refused: POLICY_REFUSED },
  azurerm_api_management_api_version_set: {
    read: [
      ...CHILD,
      "name",
      "display_name",
      "versioning_scheme",
      "version_header_name",
      "version_query_name",
    ],
    irrelevant: [[BECAUSE.description, "description"]],
  },
  azurerm_api_management_backend: {
    read: [...CHILD, "name", "protocol", "url", "title"],
    refused: {
      proxy: "calls go to simulated hosts directly",
      service_fabric_cluster: "Service Fabric is not simulated",
    },
    blocks: {
      circuit_breaker_rule: {
        read: ["name", "trip_duration", "accept_retry_after_enabled"],
        blocks: {
          failure_condition: {
            read: ["count", "percentage", "interval_duration", "error_reasons"],
            blocks: { status_code_range: { read: ["min", "max"] } },
          },
        },
      },
      credentials: {
        read: ["header", "query"],
        refused: {
          certificate: "API Management does not present it by itself: use authentication-certificate",
        },
        blocks: { authorization: { read: ["scheme", "parameter"] } },
      },
      tls: { read: ["validate_certificate_chain", "validate_certificate_name"] },
    },
    irrelevant: [[BECAUSE.description, "description", "resource_id"]],
  },
  azurerm_api_management_certificate: {
    read: [...CHILD, "name", "data", "password", "key_vault_secret_id", "key_vault_identity_client_id"],
  },
  azurerm_api_management_custom_domain: {
    read: ["api_management_id"],
    blocks: { gateway: HOST_NAME },
    irrelevant: [["only the gateway runs", ...OTHER_HOST_NAMES]],
  },
  azurerm_api_management_diagnostic: DIAGNOSTIC,
  azurerm_api_management_logger: {
    read: [...CHILD, "name", "eventhub"],
    irrelevant: [
      [BECAUSE.description, "description", "resource_id"],
      ["what it writes ends in the simulator's sinks", "application_insights", "buffered"],
    ],
  },
  azurerm_api_management_named_value: {
    read: [...CHILD, "name", "display_name", "value", "secret"],
    blocks: { value_from_key_vault: { read: ["secret_id", "identity_client_id"] } },
    irrelevant: [[BECAUSE.description, "tags"]],
  },
  azurerm_api_management_policy: { read: ["api_management_id", "xml_content"], refused: POLICY_REFUSED },
  azurerm_api_management_policy_fragment: {
    read: ["api_management_id", "name", "format", "value"],
    irrelevant: [[BECAUSE.description, "description"]],
  },
  azurerm_api_management_product: {
    read: [
      ...CHILD,
      "product_id",
      "display_name",
      "subscription_required",
      "approval_required",
      "published",
      "subscriptions_limit",
    ],
    irrelevant: [[BECAUSE.description, "description", "terms"]],
  },
  azurerm_api_management_product_api: { read: [...CHILD, "api_name", "product_id"] },
  azurerm_api_management_product_policy: {
    read: [...CHILD, "xml_content", "product_id"],
    refused: POLICY_REFUSED,
  },
  azurerm_api_management_redis_cache: {
    read: ["api_management_id", "name", "cache_location"],
    irrelevant: [
      [BECAUSE.description, "description"],
      ["the gateway's external cache is kept in memory", "connection_string", "redis_cache_id"],
    ],
  },
  azurerm_api_management_subscription: {
    read: [
      ...CHILD,
      "subscription_id",
      "display_name",
      "state",
      "product_id",
      "api_id",
      "primary_key",
      "secondary_key",
    ],
    refused: { user_id: "users are not simulated; leave the subscription without an owner" },
    irrelevant: [["the simulator's traces are written for every request", "allow_tracing"]],
  },
};
