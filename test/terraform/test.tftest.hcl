mock_provider "azurerm" {
  source = "./mocks/azurerm"
}

mock_provider "azuread" {
  source = "./mocks/azuread"
}

mock_provider "azapi" {
  source = "./mocks/azapi"
}

# Ids of their own for what is told apart below: mocks give all resources of one type the same.
override_resource {
  target = azurerm_cognitive_account.account-main-westeurope_3F4BD02B
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-test-westeurope-main-c41"
    endpoint = "https://oai-aigw-test-westeurope-main-c41.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_cognitive_account.account-overflow-swedencentral_94D69448
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-test-swedencentral-overflow-c41"
    endpoint = "https://oai-aigw-test-swedencentral-overflow-c41.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-test-swedencentral-overflow-c41-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-test-westeurope-main-c41-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-embeddings_536CEE65
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-test-westeurope-main-c41-embeddings"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/devices-oai-aigw-test-swedencentral-overflow-c41-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/devices-oai-aigw-test-westeurope-main-c41-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-embeddings_3EB2F0F2
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/devices-oai-aigw-test-westeurope-main-c41-embeddings"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_EndpointBackends_assistant-endpoint-on-premises-chat-small_FB535BF4
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-endpoint-on-premises-chat-small"
  }
}

override_resource {
  target = azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-chat-pool"
  }
}

override_resource {
  target = azapi_resource.gateway_api-devices_devices-chat-pool_7738F691
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/devices-chat-pool"
  }
}

override_resource {
  target = azapi_resource.certificate-events_Subscription_C0746B82
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.EventGrid/systemTopics/topic-mock/eventSubscriptions/certificate-events"
  }
}

override_resource {
  target = azapi_resource.gateway_Diagnostics_ApplicationInsights_7C96D937
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/diagnostics/applicationinsights"
  }
}

override_resource {
  target = azapi_resource.queue-worker_77C8BA54
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.App/containerApps/ca-aigw-test-westeurope"
  }
}

run "model_accounts_are_closed" {
  command = plan

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-westeurope_3F4BD02B,
      azurerm_cognitive_account.account-overflow-swedencentral_94D69448,
    ] : !account.local_auth_enabled])
    error_message = "An account accepts keys."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-westeurope_3F4BD02B,
      azurerm_cognitive_account.account-overflow-swedencentral_94D69448,
    ] : !account.public_network_access_enabled])
    error_message = "An account is reachable from public networks."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-westeurope_3F4BD02B,
      azurerm_cognitive_account.account-overflow-swedencentral_94D69448,
    ] : account.outbound_network_access_restricted && tolist(account.fqdns) == tolist(["${account.custom_subdomain_name}.openai.azure.com"])])
    error_message = "An account calls hosts other than itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-main-westeurope_deployment-chat_D24B5368,
      azurerm_cognitive_deployment.account-main-westeurope_deployment-embeddings_17E197C1,
      azurerm_cognitive_deployment.account-overflow-swedencentral_deployment-chat_71465729,
    ] : deployment.version_upgrade_option == "NoAutoUpgrade"])
    error_message = "A model version would change by itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-main-westeurope_deployment-chat_D24B5368,
      azurerm_cognitive_deployment.account-main-westeurope_deployment-embeddings_17E197C1,
      azurerm_cognitive_deployment.account-overflow-swedencentral_deployment-chat_71465729,
    ] : !startswith(one(deployment.sku).name, "Global")])
    error_message = "A deployment processes prompts outside its data zone."
  }
}

run "gateway_opens_only_what_policies_guard" {
  command = plan

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
      azurerm_api_management_api.gateway_api-devices_A37C2413,
    ] : toset(api.protocols) == toset(["https"])])
    error_message = "An API answers over plain HTTP."
  }

  assert {
    condition     = !azurerm_api_management_api.gateway_api-assistant_86BC7E7F.subscription_required
    error_message = "API assistant takes a key where only its policy may decide."
  }

  assert {
    condition     = !azurerm_api_management_api.gateway_api-devices_A37C2413.subscription_required
    error_message = "API devices takes a key where only its policy may decide."
  }

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
      azurerm_api_management_api.gateway_api-devices_A37C2413,
    ] : one(api.subscription_key_parameter_names).header == "api-key"])
    error_message = "OpenAI clients send their key in the header api-key."
  }

  assert {
    condition = !anytrue([
      one(azurerm_api_management.gateway_B15F83BA.security).frontend_ssl30_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).frontend_tls10_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).frontend_tls11_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).backend_ssl30_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).backend_tls10_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).backend_tls11_enabled,
      one(azurerm_api_management.gateway_B15F83BA.security).triple_des_ciphers_enabled,
    ])
    error_message = "The gateway speaks a version of TLS before 1.2, or Triple DES."
  }

  assert {
    condition     = azurerm_api_management.gateway_B15F83BA.virtual_network_type == "Internal"
    error_message = "The gateway has an address on the internet."
  }

  assert {
    condition     = alltrue([for host in azurerm_api_management_custom_domain.gateway_HostNames_52F1A472.gateway : host.negotiate_client_certificate])
    error_message = "A host name does not ask for client certificates."
  }

  assert {
    condition     = tolist([for certificate in azurerm_api_management.gateway_B15F83BA.certificate : certificate.store_name]) == tolist(["Root", "CertificateAuthority", "Root"])
    error_message = "The authorities of the client certificates, and of the model endpoint, are not in the stores of the gateway."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-embeddings_536CEE65,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-embeddings_3EB2F0F2,
      azurerm_api_management_backend.gateway_EndpointBackends_assistant-endpoint-on-premises-chat-small_FB535BF4,
    ] : startswith(backend.url, "https://")])
    error_message = "A backend is called over plain HTTP."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-embeddings_536CEE65,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-embeddings_3EB2F0F2,
      azurerm_api_management_backend.gateway_EndpointBackends_assistant-endpoint-on-premises-chat-small_FB535BF4,
    ] : one(backend.tls).validate_certificate_chain && one(backend.tls).validate_certificate_name])
    error_message = "The certificate of a backend is not verified."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-embeddings_536CEE65,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-embeddings_3EB2F0F2,
      azurerm_api_management_backend.gateway_EndpointBackends_assistant-endpoint-on-premises-chat-small_FB535BF4,
    ] : one(backend.circuit_breaker_rule).accept_retry_after_enabled])
    error_message = "A breaker ignores how long the account wants to be left alone."
  }
}

run "model_endpoint_is_the_one_in_the_house" {
  command = plan

  assert {
    condition     = azurerm_api_management_backend.gateway_EndpointBackends_assistant-endpoint-on-premises-chat-small_FB535BF4.url == "https://models.corp.contoso.com/v1"
    error_message = "Requests for the model in the house go elsewhere."
  }
}

run "telemetry_and_vault_are_closed" {
  command = plan

  assert {
    condition     = !azurerm_log_analytics_workspace.telemetry_Workspace_BFEB3F4D.local_authentication_enabled && azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.local_authentication_disabled
    error_message = "Telemetry is accepted with a key."
  }

  assert {
    condition = !anytrue([
      azurerm_log_analytics_workspace.telemetry_Workspace_BFEB3F4D.internet_ingestion_enabled,
      azurerm_log_analytics_workspace.telemetry_Workspace_BFEB3F4D.internet_query_enabled,
      azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.internet_ingestion_enabled,
      azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.internet_query_enabled,
    ])
    error_message = "Telemetry is written or read from public networks."
  }

  assert {
    condition     = azurerm_key_vault.certificates_FA632A2D.rbac_authorization_enabled
    error_message = "Access policies open the vault beside roles."
  }

  assert {
    condition     = !azurerm_key_vault.certificates_FA632A2D.public_network_access_enabled
    error_message = "The vault is reachable from public networks."
  }

  assert {
    condition     = one(azurerm_key_vault.certificates_FA632A2D.network_acls).default_action == "Deny" && one(azurerm_key_vault.certificates_FA632A2D.network_acls).bypass == "AzureServices"
    error_message = "The vault lets in others than trusted services, or does not let the gateway read it."
  }

  assert {
    condition     = azurerm_key_vault.certificates_FA632A2D.purge_protection_enabled
    error_message = "A deleted vault can be purged."
  }

  assert {
    condition     = one(one(azurerm_key_vault_certificate.certificates_gateway-tls_81B0780E.certificate_policy).lifetime_action).action[0].action_type == "AutoRenew"
    error_message = "The server certificate is not renewed."
  }

  assert {
    condition = !anytrue([
      for part in [
        azurerm_api_management_diagnostic.gateway_Diagnostics_AzureMonitor_2615FB32.frontend_request,
        azurerm_api_management_diagnostic.gateway_Diagnostics_AzureMonitor_2615FB32.frontend_response,
        azurerm_api_management_diagnostic.gateway_Diagnostics_AzureMonitor_2615FB32.backend_request,
        azurerm_api_management_diagnostic.gateway_Diagnostics_AzureMonitor_2615FB32.backend_response,
      ] : one(part).body_bytes > 0
    ])
    error_message = "Resource logs hold bodies: prompts and completions."
  }
}

run "queue_and_results_are_closed" {
  command = plan

  assert {
    condition     = !azurerm_servicebus_namespace.queue_Namespace_42A51A99.local_auth_enabled && !azurerm_servicebus_namespace.queue_Namespace_42A51A99.public_network_access_enabled
    error_message = "Messages are taken with a key, or from public networks."
  }

  assert {
    condition     = !azurerm_storage_account.queue_Storage_52F5E97C.shared_access_key_enabled && !azurerm_storage_account.queue_Storage_52F5E97C.public_network_access_enabled
    error_message = "Results are read with a key, or from public networks."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_queue-endpoint_1FFE2281.private_service_connection).subresource_names == tolist(["namespace"]) && one(azurerm_private_endpoint.network_queue-results-endpoint_1D459CD6.private_service_connection).subresource_names == tolist(["blob"])
    error_message = "The private endpoints of the queue lead elsewhere."
  }
}

run "worker_runs_in_the_network_and_has_no_door" {
  command = apply

  assert {
    condition     = azurerm_container_app_environment.queue-worker_Environment_9D09936A.internal_load_balancer_enabled && azurerm_container_app_environment.queue-worker_Environment_9D09936A.public_network_access == "Disabled"
    error_message = "The environment of the worker is reached from public networks."
  }

  assert {
    condition     = azurerm_container_app_environment.queue-worker_Environment_9D09936A.infrastructure_subnet_id == azurerm_subnet.network_Workers_Subnet_759574B1.id
    error_message = "The worker runs in another network."
  }

  assert {
    condition     = !can(azapi_resource.queue-worker_77C8BA54.body.properties.configuration.ingress)
    error_message = "The worker can be called."
  }
}

run "queue_is_written_by_the_gateway_and_emptied_by_its_worker" {
  command = apply

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_azure-service-bus-data-sender-on-queue__Queue_0E78C8A3,
      azurerm_role_assignment.identity_storage-blob-data-contributor-on-queue__Results_66E73DF1,
    ] : role.principal_id == azurerm_user_assigned_identity.identity_0C5EE28D.principal_id])
    error_message = "Someone other than the gateway writes into the queue, or reads its results."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.queue-identity_azure-service-bus-data-receiver-on-queue__Queue_6FC83F05,
      azurerm_role_assignment.queue-identity_azure-service-bus-data-sender-on-queue__Queue_1EE42A8E,
      azurerm_role_assignment.queue-identity_storage-blob-data-contributor-on-queue__Results_E638CEC5,
      azurerm_role_assignment.queue-identity_acrpull-on-queue-worker__Registry_9E0F91A9,
    ] : role.principal_id == azurerm_user_assigned_identity.queue-identity_29A68BE2.principal_id])
    error_message = "Someone other than the worker empties the queue, or puts off what waits in it."
  }

  assert {
    condition     = endswith(azurerm_role_assignment.identity_azure-service-bus-data-sender-on-queue__Queue_0E78C8A3.role_definition_id, "/69a216fc-b8fb-44d8-bc22-1f3c2cd27a39") && endswith(azurerm_role_assignment.queue-identity_azure-service-bus-data-receiver-on-queue__Queue_6FC83F05.role_definition_id, "/4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0") && endswith(azurerm_role_assignment.queue-identity_azure-service-bus-data-sender-on-queue__Queue_1EE42A8E.role_definition_id, "/69a216fc-b8fb-44d8-bc22-1f3c2cd27a39")
    error_message = "The gateway may do more with messages than send, or the worker more than receive and send."
  }
}

run "identity_holds_the_roles_it_needs_and_no_others" {
  command = apply

  assert {
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-westeurope_36E722B0.scope == azurerm_cognitive_account.account-main-westeurope_3F4BD02B.id
    error_message = "The role for account oai-aigw-test-westeurope-main-c41 is granted elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-overflow-swedencentral_0C20ABAA.scope == azurerm_cognitive_account.account-overflow-swedencentral_94D69448.id
    error_message = "The role for account oai-aigw-test-swedencentral-overflow-c41 is granted elsewhere."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-westeurope_36E722B0,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-overflow-swedencentral_0C20ABAA,
    ] : role.role_definition_id == "/subscriptions/00000000-0000-4000-8000-00000000000a/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"])
    error_message = "The gateway gets a role on an account other than Cognitive Services OpenAI User."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-westeurope_36E722B0,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-overflow-swedencentral_0C20ABAA,
      azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46,
    ] : role.principal_id == azurerm_user_assigned_identity.identity_0C5EE28D.principal_id && role.principal_type == "ServicePrincipal"])
    error_message = "A role is granted to someone other than the identity of the gateway."
  }

  assert {
    condition     = azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.scope == azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.id && endswith(azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.role_definition_id, "/3913510d-42f4-4e42-8a64-420c390055eb")
    error_message = "Metrics are published with a role other than Monitoring Metrics Publisher, or elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.gateway_SystemIdentity_key-vault-secrets-user-on-certificates_8850AC41.principal_id == one(azurerm_api_management.gateway_B15F83BA.identity).principal_id && azurerm_role_assignment.gateway_SystemIdentity_key-vault-secrets-user-on-certificates_8850AC41.principal_type == "ServicePrincipal"
    error_message = "The vault is read by someone other than the service itself: a firewall lets no other identity of it past."
  }

  assert {
    condition     = azurerm_role_assignment.gateway_SystemIdentity_key-vault-secrets-user-on-certificates_8850AC41.scope == azurerm_key_vault.certificates_FA632A2D.id && endswith(azurerm_role_assignment.gateway_SystemIdentity_key-vault-secrets-user-on-certificates_8850AC41.role_definition_id, "/4633458b-17de-408a-b874-0445c86b69e6")
    error_message = "The vault is read with a role other than Key Vault Secrets User, or another vault is."
  }
}

run "requests_and_metrics_go_where_they_should" {
  command = apply

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A.url == "${azurerm_cognitive_account.account-overflow-swedencentral_94D69448.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-test-swedencentral-overflow-c41-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4.url == "${azurerm_cognitive_account.account-main-westeurope_3F4BD02B.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-test-westeurope-main-c41-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-embeddings_536CEE65.url == "${azurerm_cognitive_account.account-main-westeurope_3F4BD02B.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-test-westeurope-main-c41-embeddings is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB.url == "${azurerm_cognitive_account.account-overflow-swedencentral_94D69448.endpoint}openai"
    error_message = "Backend devices-oai-aigw-test-swedencentral-overflow-c41-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826.url == "${azurerm_cognitive_account.account-main-westeurope_3F4BD02B.endpoint}openai"
    error_message = "Backend devices-oai-aigw-test-westeurope-main-c41-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-embeddings_3EB2F0F2.url == "${azurerm_cognitive_account.account-main-westeurope_3F4BD02B.endpoint}openai"
    error_message = "Backend devices-oai-aigw-test-westeurope-main-c41-embeddings is not the account that has the deployment."
  }

  assert {
    condition = [for member in azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.body.properties.pool.services : member.id] == [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-westeurope-main-c41-chat_B99D69D4.id,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-test-swedencentral-overflow-c41-chat_77E2462A.id,
    ]
    error_message = "Pool assistant-chat-pool has other members."
  }

  assert {
    condition     = [for member in azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.body.properties.pool.services : member.priority] == [2, 2]
    error_message = "Pool assistant-chat-pool uses its members in another order."
  }

  assert {
    condition     = azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.parent_id == azurerm_api_management.gateway_B15F83BA.id
    error_message = "Pool assistant-chat-pool belongs to another gateway."
  }

  assert {
    condition = [for member in azapi_resource.gateway_api-devices_devices-chat-pool_7738F691.body.properties.pool.services : member.id] == [
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-westeurope-main-c41-chat_69DD9826.id,
      azurerm_api_management_backend.gateway_Backends_devices-oai-aigw-test-swedencentral-overflow-c41-chat_DE369BDB.id,
    ]
    error_message = "Pool devices-chat-pool has other members."
  }

  assert {
    condition     = [for member in azapi_resource.gateway_api-devices_devices-chat-pool_7738F691.body.properties.pool.services : member.priority] == [2, 2]
    error_message = "Pool devices-chat-pool uses its members in another order."
  }

  assert {
    condition     = azapi_resource.gateway_api-devices_devices-chat-pool_7738F691.parent_id == azurerm_api_management.gateway_B15F83BA.id
    error_message = "Pool devices-chat-pool belongs to another gateway."
  }

  assert {
    condition     = azapi_resource.gateway_Diagnostics_ApplicationInsightsLogger_6610BB99.body.properties.resourceId == azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.id
    error_message = "Metrics are sent elsewhere."
  }

  assert {
    condition     = azapi_resource.gateway_Diagnostics_ApplicationInsights_7C96D937.body.properties.loggerId == azapi_resource.gateway_Diagnostics_ApplicationInsightsLogger_6610BB99.id
    error_message = "Metrics go to another logger."
  }
}

run "network_and_certificates_fit_together" {
  command = apply

  assert {
    condition     = one(azurerm_api_management.gateway_B15F83BA.identity).type == "SystemAssigned, UserAssigned" && tolist(one(azurerm_api_management.gateway_B15F83BA.identity).identity_ids) == tolist([azurerm_user_assigned_identity.identity_0C5EE28D.id])
    error_message = "The gateway has an identity other than its own and the one with the roles."
  }

  assert {
    condition     = one(azurerm_api_management_custom_domain.gateway_HostNames_52F1A472.gateway).key_vault_certificate_id == azurerm_key_vault_certificate.certificates_gateway-tls_81B0780E.versionless_secret_id
    error_message = "A renewed server certificate would not be picked up."
  }

  assert {
    condition     = one(azurerm_api_management_custom_domain.gateway_HostNames_52F1A472.gateway).ssl_keyvault_identity_client_id == null
    error_message = "The server certificate is read with another identity."
  }

  assert {
    condition = tolist([for certificate in azurerm_api_management.gateway_B15F83BA.certificate : certificate.encoded_certificate]) == tolist([
      azurerm_key_vault_secret.certificates_devices_issuing_BC37BDE2.value,
      azurerm_key_vault_secret.certificates_devices_issuer-1_05BF95B3.value,
    ])
    error_message = "The gateway trusts other authorities than the vault holds."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_account-main-westeurope-endpoint_FBF36F16.private_service_connection).private_connection_resource_id == azurerm_cognitive_account.account-main-westeurope_3F4BD02B.id
    error_message = "Private endpoint pep-account-main-westeurope-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_account-overflow-swedencentral-endpoint_7DF3301C.private_service_connection).private_connection_resource_id == azurerm_cognitive_account.account-overflow-swedencentral_94D69448.id
    error_message = "Private endpoint pep-account-overflow-swedencentral-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_certificates-endpoint_13DADE47.private_service_connection).private_connection_resource_id == azurerm_key_vault.certificates_FA632A2D.id
    error_message = "Private endpoint pep-certificates-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_telemetry-endpoint_8F91DA91.private_service_connection).private_connection_resource_id == azurerm_monitor_private_link_scope.telemetry_PrivateLinkScope_0EAC6B92.id
    error_message = "Private endpoint pep-telemetry-endpoint leads elsewhere."
  }

  assert {
    condition     = toset(azurerm_private_dns_a_record.network_gateway-ai-test-contoso-com_Record_8E766B62.records) == toset(azurerm_api_management.gateway_B15F83BA.private_ip_addresses)
    error_message = "A name of the gateway resolves to another address."
  }

  assert {
    condition     = toset(azurerm_private_dns_a_record.network_gateway-apim-aigw-test-westeurope-c41-azure-api-net_Record_C03C58A4.records) == toset(azurerm_api_management.gateway_B15F83BA.private_ip_addresses)
    error_message = "A name of the gateway resolves to another address."
  }

  assert {
    condition     = one(azurerm_api_management.gateway_B15F83BA.virtual_network_configuration).subnet_id == azurerm_subnet.network_Gateway_Subnet_EA6BD158.id
    error_message = "The gateway is in another subnet."
  }

  assert {
    condition     = output.gateway_url == "https://ai-test.contoso.com"
    error_message = "Clients are told another address."
  }
}
