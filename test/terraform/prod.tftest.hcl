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
  target = azurerm_cognitive_account.account-payg-swedencentral_4C578636
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-prod-swedencentral-payg-e92"
    endpoint = "https://oai-aigw-prod-swedencentral-payg-e92.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_cognitive_account.account-payg-westeurope_6EC09C4F
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-prod-westeurope-payg-e92"
    endpoint = "https://oai-aigw-prod-westeurope-payg-e92.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_cognitive_account.account-ptu-westeurope_47F5BA32
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-prod-westeurope-ptu-e92"
    endpoint = "https://oai-aigw-prod-westeurope-ptu-e92.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-swedencentral-payg-e92-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-images_B2B4570C
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-swedencentral-payg-e92-images"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-westeurope-payg-e92-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-embeddings_ACC4355D
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-westeurope-payg-e92-embeddings"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-prod-westeurope-ptu-e92-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/partners-oai-aigw-prod-westeurope-payg-e92-chat-partners"
  }
}

override_resource {
  target = azapi_resource.gateway_api-assistant_assistant-chat-mini-pool_FCFC691C
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-chat-mini-pool"
  }
}

override_resource {
  target = azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-chat-pool"
  }
}

override_resource {
  target = azapi_resource.gateway_api-partners_partners-chat-partners-pool_40051656
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/partners-chat-partners-pool"
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

run "model_accounts_are_closed" {
  command = plan

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-payg-swedencentral_4C578636,
      azurerm_cognitive_account.account-payg-westeurope_6EC09C4F,
      azurerm_cognitive_account.account-ptu-westeurope_47F5BA32,
    ] : !account.local_auth_enabled])
    error_message = "An account accepts keys."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-payg-swedencentral_4C578636,
      azurerm_cognitive_account.account-payg-westeurope_6EC09C4F,
      azurerm_cognitive_account.account-ptu-westeurope_47F5BA32,
    ] : !account.public_network_access_enabled])
    error_message = "An account is reachable from public networks."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-payg-swedencentral_4C578636,
      azurerm_cognitive_account.account-payg-westeurope_6EC09C4F,
      azurerm_cognitive_account.account-ptu-westeurope_47F5BA32,
    ] : account.outbound_network_access_restricted && tolist(account.fqdns) == tolist(["${account.custom_subdomain_name}.openai.azure.com"])])
    error_message = "An account calls hosts other than itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat-mini_AD34099F,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat_5E25F110,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat-partners_84EB80E7,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-images_36293711,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat-mini_685EAC5A,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat_28BD4AD8,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat-partners_CEBEFAB3,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-embeddings_0366E068,
      azurerm_cognitive_deployment.account-ptu-westeurope_deployment-chat_5EBC6EF5,
    ] : deployment.version_upgrade_option == "NoAutoUpgrade"])
    error_message = "A model version would change by itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat-mini_AD34099F,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat_5E25F110,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-chat-partners_84EB80E7,
      azurerm_cognitive_deployment.account-payg-swedencentral_deployment-images_36293711,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat-mini_685EAC5A,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat_28BD4AD8,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-chat-partners_CEBEFAB3,
      azurerm_cognitive_deployment.account-payg-westeurope_deployment-embeddings_0366E068,
      azurerm_cognitive_deployment.account-ptu-westeurope_deployment-chat_5EBC6EF5,
    ] : !startswith(one(deployment.sku).name, "Global")])
    error_message = "A deployment processes prompts outside its data zone."
  }
}

run "gateway_opens_only_what_policies_guard" {
  command = plan

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
      azurerm_api_management_api.gateway_api-partners_5DF89CB9,
    ] : toset(api.protocols) == toset(["https"])])
    error_message = "An API answers over plain HTTP."
  }

  assert {
    condition     = !azurerm_api_management_api.gateway_api-assistant_86BC7E7F.subscription_required
    error_message = "API assistant takes a key where only its policy may decide."
  }

  assert {
    condition     = azurerm_api_management_api.gateway_api-partners_5DF89CB9.subscription_required
    error_message = "API partners opens without a key."
  }

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
      azurerm_api_management_api.gateway_api-partners_5DF89CB9,
    ] : one(api.subscription_key_parameter_names).header == "api-key"])
    error_message = "OpenAI clients send their key in the header api-key."
  }

  assert {
    condition = alltrue([for key in [
      azurerm_api_management_subscription.gateway_client-fabrikam_subscription-partners_91688709,
      azurerm_api_management_subscription.gateway_client-northwind_subscription-partners_9F50FB2D,
    ] : key.state == "active"])
    error_message = "A key would not work."
  }

  assert {
    condition = alltrue([for key in [
      azurerm_api_management_subscription.gateway_client-fabrikam_subscription-partners_91688709,
      azurerm_api_management_subscription.gateway_client-northwind_subscription-partners_9F50FB2D,
    ] : !key.allow_tracing])
    error_message = "A key may trace requests, policies and their secrets included."
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
    condition     = tolist([for certificate in azurerm_api_management.gateway_B15F83BA.certificate : certificate.store_name]) == tolist(["CertificateAuthority", "Root"])
    error_message = "The authorities of the client certificates are not in the stores of the gateway."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-images_B2B4570C,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-embeddings_ACC4355D,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43,
      azurerm_api_management_backend.semantic-cache_Embeddings_2D30BFB5,
    ] : startswith(backend.url, "https://")])
    error_message = "A backend is called over plain HTTP."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-images_B2B4570C,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-embeddings_ACC4355D,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43,
      azurerm_api_management_backend.semantic-cache_Embeddings_2D30BFB5,
    ] : one(backend.tls).validate_certificate_chain && one(backend.tls).validate_certificate_name])
    error_message = "The certificate of a backend is not verified."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-images_B2B4570C,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-embeddings_ACC4355D,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43,
      azurerm_api_management_backend.semantic-cache_Embeddings_2D30BFB5,
    ] : one(backend.circuit_breaker_rule).accept_retry_after_enabled])
    error_message = "A breaker ignores how long the account wants to be left alone."
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

run "identity_holds_the_roles_it_needs_and_no_others" {
  command = apply

  assert {
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-swedencentral_6B786D0C.scope == azurerm_cognitive_account.account-payg-swedencentral_4C578636.id
    error_message = "The role for account oai-aigw-prod-swedencentral-payg-e92 is granted elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-westeurope_44FCBF5E.scope == azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.id
    error_message = "The role for account oai-aigw-prod-westeurope-payg-e92 is granted elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-ptu-westeurope_821023D3.scope == azurerm_cognitive_account.account-ptu-westeurope_47F5BA32.id
    error_message = "The role for account oai-aigw-prod-westeurope-ptu-e92 is granted elsewhere."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-swedencentral_6B786D0C,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-westeurope_44FCBF5E,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-ptu-westeurope_821023D3,
    ] : role.role_definition_id == "/subscriptions/00000000-0000-4000-8000-00000000000a/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"])
    error_message = "The gateway gets a role on an account other than Cognitive Services OpenAI User."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-swedencentral_6B786D0C,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-payg-westeurope_44FCBF5E,
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-ptu-westeurope_821023D3,
      azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46,
      azurerm_role_assignment.identity_log-analytics-reader-on-telemetry_081019D1,
    ] : role.principal_id == azurerm_user_assigned_identity.identity_0C5EE28D.principal_id && role.principal_type == "ServicePrincipal"])
    error_message = "A role is granted to someone other than the identity of the gateway."
  }

  assert {
    condition     = azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.scope == azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.id && endswith(azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.role_definition_id, "/3913510d-42f4-4e42-8a64-420c390055eb")
    error_message = "Metrics are published with a role other than Monitoring Metrics Publisher, or elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.identity_log-analytics-reader-on-telemetry_081019D1.scope == azurerm_log_analytics_workspace.telemetry_Workspace_BFEB3F4D.id && endswith(azurerm_role_assignment.identity_log-analytics-reader-on-telemetry_081019D1.role_definition_id, "/73c42c96-874c-492b-b04d-ab87d138a893")
    error_message = "What callers have spent is read with a role other than Log Analytics Reader, or elsewhere."
  }

  assert {
    condition     = azurerm_role_assignment.gateway_SystemIdentity_cognitive-services-openai-user-on-account-payg-westeurope_48A05864.principal_id == one(azurerm_api_management.gateway_B15F83BA.identity).principal_id && azurerm_role_assignment.gateway_SystemIdentity_cognitive-services-openai-user-on-account-payg-westeurope_48A05864.scope == azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.id && endswith(azurerm_role_assignment.gateway_SystemIdentity_cognitive-services-openai-user-on-account-payg-westeurope_48A05864.role_definition_id, "/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd")
    error_message = "Embeddings are asked for by someone other than the service itself, elsewhere, or with another role."
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
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969.url == "${azurerm_cognitive_account.account-payg-swedencentral_4C578636.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F.url == "${azurerm_cognitive_account.account-payg-swedencentral_4C578636.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-swedencentral-payg-e92-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-images_B2B4570C.url == "${azurerm_cognitive_account.account-payg-swedencentral_4C578636.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-swedencentral-payg-e92-images is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351.url == "${azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD.url == "${azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-westeurope-payg-e92-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-embeddings_ACC4355D.url == "${azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-westeurope-payg-e92-embeddings is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B.url == "${azurerm_cognitive_account.account-ptu-westeurope_47F5BA32.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-prod-westeurope-ptu-e92-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966.url == "${azurerm_cognitive_account.account-payg-swedencentral_4C578636.endpoint}openai"
    error_message = "Backend partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43.url == "${azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.endpoint}openai"
    error_message = "Backend partners-oai-aigw-prod-westeurope-payg-e92-chat-partners is not the account that has the deployment."
  }

  assert {
    condition = [for member in azapi_resource.gateway_api-assistant_assistant-chat-mini-pool_FCFC691C.body.properties.pool.services : member.id] == [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat-mini_5B433351.id,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat-mini_3AEFF969.id,
    ]
    error_message = "Pool assistant-chat-mini-pool has other members."
  }

  assert {
    condition     = [for member in azapi_resource.gateway_api-assistant_assistant-chat-mini-pool_FCFC691C.body.properties.pool.services : member.priority] == [2, 2]
    error_message = "Pool assistant-chat-mini-pool uses its members in another order."
  }

  assert {
    condition     = azapi_resource.gateway_api-assistant_assistant-chat-mini-pool_FCFC691C.parent_id == azurerm_api_management.gateway_B15F83BA.id
    error_message = "Pool assistant-chat-mini-pool belongs to another gateway."
  }

  assert {
    condition = [for member in azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.body.properties.pool.services : member.id] == [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-ptu-e92-chat_D82AD10B.id,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-westeurope-payg-e92-chat_8D4155CD.id,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-prod-swedencentral-payg-e92-chat_21F8437F.id,
    ]
    error_message = "Pool assistant-chat-pool has other members."
  }

  assert {
    condition     = [for member in azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.body.properties.pool.services : member.priority] == [1, 2, 2]
    error_message = "Pool assistant-chat-pool uses its members in another order."
  }

  assert {
    condition     = azapi_resource.gateway_api-assistant_assistant-chat-pool_15B11CF0.parent_id == azurerm_api_management.gateway_B15F83BA.id
    error_message = "Pool assistant-chat-pool belongs to another gateway."
  }

  assert {
    condition = [for member in azapi_resource.gateway_api-partners_partners-chat-partners-pool_40051656.body.properties.pool.services : member.id] == [
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-westeurope-payg-e92-chat-partners_10C62E43.id,
      azurerm_api_management_backend.gateway_Backends_partners-oai-aigw-prod-swedencentral-payg-e92-chat-partners_6B55C966.id,
    ]
    error_message = "Pool partners-chat-partners-pool has other members."
  }

  assert {
    condition     = [for member in azapi_resource.gateway_api-partners_partners-chat-partners-pool_40051656.body.properties.pool.services : member.priority] == [2, 2]
    error_message = "Pool partners-chat-partners-pool uses its members in another order."
  }

  assert {
    condition     = azapi_resource.gateway_api-partners_partners-chat-partners-pool_40051656.parent_id == azurerm_api_management.gateway_B15F83BA.id
    error_message = "Pool partners-chat-partners-pool belongs to another gateway."
  }

  assert {
    condition     = azurerm_api_management_subscription.gateway_client-fabrikam_subscription-partners_91688709.api_id == "${azurerm_api_management.gateway_B15F83BA.id}/apis/partners"
    error_message = "The key partners-fabrikam opens something other than the current revision of API partners."
  }

  assert {
    condition     = azurerm_api_management_subscription.gateway_client-northwind_subscription-partners_9F50FB2D.api_id == "${azurerm_api_management.gateway_B15F83BA.id}/apis/partners"
    error_message = "The key partners-northwind opens something other than the current revision of API partners."
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
    condition     = one(azurerm_private_endpoint.network_account-payg-swedencentral-endpoint_E796F1C1.private_service_connection).private_connection_resource_id == azurerm_cognitive_account.account-payg-swedencentral_4C578636.id
    error_message = "Private endpoint pep-account-payg-swedencentral-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_account-payg-westeurope-endpoint_92032AC8.private_service_connection).private_connection_resource_id == azurerm_cognitive_account.account-payg-westeurope_6EC09C4F.id
    error_message = "Private endpoint pep-account-payg-westeurope-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_account-ptu-westeurope-endpoint_058F50AE.private_service_connection).private_connection_resource_id == azurerm_cognitive_account.account-ptu-westeurope_47F5BA32.id
    error_message = "Private endpoint pep-account-ptu-westeurope-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_certificates-endpoint_13DADE47.private_service_connection).private_connection_resource_id == azurerm_key_vault.certificates_FA632A2D.id
    error_message = "Private endpoint pep-certificates-endpoint leads elsewhere."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_semantic-cache_46064A74.private_service_connection).private_connection_resource_id == azurerm_managed_redis.semantic-cache_7C08D0D4.id
    error_message = "Private endpoint pep-semantic-cache leads elsewhere."
  }

  assert {
    condition     = azurerm_managed_redis.semantic-cache_7C08D0D4.public_network_access == "Disabled" && azurerm_api_management_redis_cache.semantic-cache_Connection_B942A243.redis_cache_id == azurerm_managed_redis.semantic-cache_7C08D0D4.id
    error_message = "The cache is open to public networks, or the gateway uses another one."
  }

  assert {
    condition     = one(azurerm_private_endpoint.network_telemetry-endpoint_8F91DA91.private_service_connection).private_connection_resource_id == azurerm_monitor_private_link_scope.telemetry_PrivateLinkScope_0EAC6B92.id
    error_message = "Private endpoint pep-telemetry-endpoint leads elsewhere."
  }

  assert {
    condition     = toset(azurerm_private_dns_a_record.network_gateway-ai-contoso-com_Record_34D348F4.records) == toset(azurerm_api_management.gateway_B15F83BA.private_ip_addresses)
    error_message = "A name of the gateway resolves to another address."
  }

  assert {
    condition     = toset(azurerm_private_dns_a_record.network_gateway-apim-aigw-prod-westeurope-e92-azure-api-net_Record_8E0FE67E.records) == toset(azurerm_api_management.gateway_B15F83BA.private_ip_addresses)
    error_message = "A name of the gateway resolves to another address."
  }

  assert {
    condition     = one(azurerm_api_management.gateway_B15F83BA.virtual_network_configuration).subnet_id == azurerm_subnet.network_Gateway_Subnet_EA6BD158.id
    error_message = "The gateway is in another subnet."
  }

  assert {
    condition     = output.gateway_url == "https://ai.contoso.com"
    error_message = "Clients are told another address."
  }
}
