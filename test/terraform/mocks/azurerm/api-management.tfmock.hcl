mock_resource "azurerm_api_management" {
  defaults = {
    id                   = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock"
    gateway_url          = "https://apim-mock.azure-api.net"
    gateway_regional_url = "https://apim-mock-westeurope-01.regional.azure-api.net"
    management_api_url   = "https://apim-mock.management.azure-api.net"
    developer_portal_url = "https://apim-mock.developer.azure-api.net"
    private_ip_addresses = ["10.0.0.5"]
    public_ip_addresses  = ["203.0.113.20"]
    # Of the system-assigned identity, which services have that read a vault.
    identity = {
      principal_id = "00000000-0000-4000-8000-0000000000a2"
      tenant_id    = "11111111-1111-4111-8111-111111111111"
    }
  }
}

mock_resource "azurerm_api_management_api" {
  defaults = {
    # Ends in the revision, as in Azure: no subscription and no azapi parent may use it.
    id         = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/apis/api-mock;rev=1"
    is_current = true
    is_online  = true
  }
}

mock_resource "azurerm_api_management_api_operation" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/apis/api-mock/operations/operation-mock"
  }
}

mock_resource "azurerm_api_management_custom_domain" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/customDomains/default"
  }
}

# A policy has the id of its scope.
mock_resource "azurerm_api_management_api_policy" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/apis/api-mock"
  }
}

mock_resource "azurerm_api_management_policy" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock"
  }
}

mock_resource "azurerm_api_management_policy_fragment" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/policyFragments/fragment-mock"
  }
}

mock_resource "azurerm_api_management_backend" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/backends/backend-mock"
  }
}

mock_resource "azurerm_api_management_diagnostic" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/diagnostics/azuremonitor"
  }
}

mock_resource "azurerm_api_management_subscription" {
  defaults = {
    id            = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/subscriptions/subscription-mock"
    primary_key   = "mock-primary-key"
    secondary_key = "mock-secondary-key"
  }
}

mock_resource "azurerm_api_management_named_value" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/namedValues/value-mock"
  }
}

mock_resource "azurerm_api_management_redis_cache" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/caches/default"
  }
}
