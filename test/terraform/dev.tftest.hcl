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
  target = azurerm_cognitive_account.account-main-swedencentral_2C598ACE
  values = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-aigw-dev-swedencentral-main-7f3"
    endpoint = "https://oai-aigw-dev-swedencentral-main-7f3.openai.azure.com/"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-chat_EE71FD09
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-dev-swedencentral-main-7f3-chat"
  }
}

override_resource {
  target = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings_19F030E0
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings"
  }
}

override_resource {
  target = azapi_resource.gateway_Diagnostics_ApplicationInsights_7C96D937
  values = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/diagnostics/applicationinsights"
  }
}

override_resource {
  target = azuread_application.registration_F2658EA0
  values = {
    id        = "/applications/00000000-0000-4000-8000-0000000000f1"
    object_id = "00000000-0000-4000-8000-0000000000f1"
    client_id = "00000000-0000-4000-8000-0000000000f2"
  }
}

override_resource {
  target = azuread_application.registration_public-client_50AF4061
  values = {
    id        = "/applications/00000000-0000-4000-8000-0000000000f5"
    object_id = "00000000-0000-4000-8000-0000000000f5"
    client_id = "00000000-0000-4000-8000-0000000000f6"
  }
}

override_resource {
  target = azuread_service_principal.registration_ServicePrincipal_5842EB18
  values = {
    id        = "/servicePrincipals/00000000-0000-4000-8000-0000000000f3"
    object_id = "00000000-0000-4000-8000-0000000000f3"
  }
}

override_resource {
  target = azuread_service_principal.registration_public-client_ServicePrincipal_989EA561
  values = {
    id        = "/servicePrincipals/00000000-0000-4000-8000-0000000000f7"
    object_id = "00000000-0000-4000-8000-0000000000f7"
  }
}

run "model_accounts_are_closed" {
  command = plan

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-swedencentral_2C598ACE,
    ] : !account.local_auth_enabled])
    error_message = "An account accepts keys."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-swedencentral_2C598ACE,
    ] : one(account.network_acls).default_action == "Deny"])
    error_message = "An account lets in addresses that no rule names."
  }

  assert {
    condition = alltrue([for account in [
      azurerm_cognitive_account.account-main-swedencentral_2C598ACE,
    ] : account.outbound_network_access_restricted && tolist(account.fqdns) == tolist(["${account.custom_subdomain_name}.openai.azure.com"])])
    error_message = "An account calls hosts other than itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-main-swedencentral_deployment-chat_547C06B1,
      azurerm_cognitive_deployment.account-main-swedencentral_deployment-embeddings_58669E02,
    ] : deployment.version_upgrade_option == "NoAutoUpgrade"])
    error_message = "A model version would change by itself."
  }

  assert {
    condition = alltrue([for deployment in [
      azurerm_cognitive_deployment.account-main-swedencentral_deployment-chat_547C06B1,
      azurerm_cognitive_deployment.account-main-swedencentral_deployment-embeddings_58669E02,
    ] : !startswith(one(deployment.sku).name, "Global")])
    error_message = "A deployment processes prompts outside its data zone."
  }
}

run "gateway_opens_only_what_policies_guard" {
  command = plan

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
    ] : toset(api.protocols) == toset(["https"])])
    error_message = "An API answers over plain HTTP."
  }

  assert {
    condition     = !azurerm_api_management_api.gateway_api-assistant_86BC7E7F.subscription_required
    error_message = "API assistant takes a key where only its policy may decide."
  }

  assert {
    condition = alltrue([for api in [
      azurerm_api_management_api.gateway_api-assistant_86BC7E7F,
    ] : one(api.subscription_key_parameter_names).header == "api-key"])
    error_message = "OpenAI clients send their key in the header api-key."
  }

  assert {
    condition = alltrue([for key in [
      azurerm_api_management_subscription.gateway_client-claims_subscription-assistant_1727BFDD,
      azurerm_api_management_subscription.gateway_client-search_subscription-assistant_251FCE07,
    ] : key.state == "active"])
    error_message = "A key would not work."
  }

  assert {
    condition = alltrue([for key in [
      azurerm_api_management_subscription.gateway_client-claims_subscription-assistant_1727BFDD,
      azurerm_api_management_subscription.gateway_client-search_subscription-assistant_251FCE07,
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
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-chat_EE71FD09,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings_19F030E0,
    ] : startswith(backend.url, "https://")])
    error_message = "A backend is called over plain HTTP."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-chat_EE71FD09,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings_19F030E0,
    ] : one(backend.tls).validate_certificate_chain && one(backend.tls).validate_certificate_name])
    error_message = "The certificate of a backend is not verified."
  }

  assert {
    condition = alltrue([for backend in [
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-chat_EE71FD09,
      azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings_19F030E0,
    ] : one(backend.circuit_breaker_rule).accept_retry_after_enabled])
    error_message = "A breaker ignores how long the account wants to be left alone."
  }
}

run "telemetry_takes_no_keys_and_no_bodies" {
  command = plan

  assert {
    condition     = !azurerm_log_analytics_workspace.telemetry_Workspace_BFEB3F4D.local_authentication_enabled && azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.local_authentication_disabled
    error_message = "Telemetry is accepted with a key."
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
    condition     = azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-swedencentral_8210A99B.scope == azurerm_cognitive_account.account-main-swedencentral_2C598ACE.id
    error_message = "The role for account oai-aigw-dev-swedencentral-main-7f3 is granted elsewhere."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-swedencentral_8210A99B,
    ] : role.role_definition_id == "/subscriptions/00000000-0000-4000-8000-00000000000a/providers/Microsoft.Authorization/roleDefinitions/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"])
    error_message = "The gateway gets a role on an account other than Cognitive Services OpenAI User."
  }

  assert {
    condition = alltrue([for role in [
      azurerm_role_assignment.identity_cognitive-services-openai-user-on-account-main-swedencentral_8210A99B,
      azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46,
    ] : role.principal_id == azurerm_user_assigned_identity.identity_0C5EE28D.principal_id && role.principal_type == "ServicePrincipal"])
    error_message = "A role is granted to someone other than the identity of the gateway."
  }

  assert {
    condition     = azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.scope == azurerm_application_insights.telemetry_ApplicationInsights_0A4F7D55.id && endswith(azurerm_role_assignment.identity_monitoring-metrics-publisher-on-telemetry_9630DC46.role_definition_id, "/3913510d-42f4-4e42-8a64-420c390055eb")
    error_message = "Metrics are published with a role other than Monitoring Metrics Publisher, or elsewhere."
  }
}

run "requests_and_metrics_go_where_they_should" {
  command = apply

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-chat_EE71FD09.url == "${azurerm_cognitive_account.account-main-swedencentral_2C598ACE.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-dev-swedencentral-main-7f3-chat is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_backend.gateway_Backends_assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings_19F030E0.url == "${azurerm_cognitive_account.account-main-swedencentral_2C598ACE.endpoint}openai"
    error_message = "Backend assistant-oai-aigw-dev-swedencentral-main-7f3-embeddings is not the account that has the deployment."
  }

  assert {
    condition     = azurerm_api_management_subscription.gateway_client-claims_subscription-assistant_1727BFDD.api_id == "${azurerm_api_management.gateway_B15F83BA.id}/apis/assistant"
    error_message = "The key assistant-claims opens something other than the current revision of API assistant."
  }

  assert {
    condition     = azurerm_api_management_subscription.gateway_client-search_subscription-assistant_251FCE07.api_id == "${azurerm_api_management.gateway_B15F83BA.id}/apis/assistant"
    error_message = "The key assistant-search opens something other than the current revision of API assistant."
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

run "registration_and_addresses_fit_together" {
  command = apply

  assert {
    condition     = one(azurerm_api_management.gateway_B15F83BA.identity).type == "UserAssigned" && tolist(one(azurerm_api_management.gateway_B15F83BA.identity).identity_ids) == tolist([azurerm_user_assigned_identity.identity_0C5EE28D.id])
    error_message = "The gateway has an identity other than the one with the roles."
  }

  assert {
    condition     = toset(one(azurerm_cognitive_account.account-main-swedencentral_2C598ACE.network_acls).ip_rules) == toset(["203.0.113.20"])
    error_message = "The account lets in more than the address of the gateway."
  }

  assert {
    condition     = one(azuread_application.registration_F2658EA0.api).requested_access_token_version == 2
    error_message = "Tokens for the API have the issuer and the audience of version 1."
  }

  assert {
    condition     = azuread_application_identifier_uri.registration_IdentifierUri_5D77EB28.identifier_uri == "api://${azuread_application.registration_F2658EA0.client_id}"
    error_message = "The API is named by something other than its own client id."
  }

  assert {
    condition     = azuread_service_principal.registration_ServicePrincipal_5842EB18.app_role_assignment_required
    error_message = "Everyone in the tenant gets tokens for the API."
  }

  assert {
    condition     = azuread_app_role_assignment.users_access-on-registration_E0E76847.resource_object_id == azuread_service_principal.registration_ServicePrincipal_5842EB18.object_id
    error_message = "The users are assigned to something other than the API."
  }

  assert {
    condition     = azuread_application_pre_authorized.registration_public-client_PreAuthorization_E9987076.application_id == azuread_application.registration_F2658EA0.id && azuread_application_pre_authorized.registration_public-client_PreAuthorization_E9987076.authorized_client_id == azuread_application.registration_public-client_50AF4061.client_id
    error_message = "Another client is pre-authorized."
  }

  assert {
    condition     = output.scope == "api://${azuread_application.registration_F2658EA0.client_id}/Models.Invoke" && output.public_client_id == azuread_application.registration_public-client_50AF4061.client_id
    error_message = "Clients are told another scope, or another client id."
  }

  assert {
    condition     = output.gateway_url == azurerm_api_management.gateway_B15F83BA.gateway_url
    error_message = "Clients are told another address."
  }
}
