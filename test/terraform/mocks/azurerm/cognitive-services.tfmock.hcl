mock_resource "azurerm_cognitive_account" {
  defaults = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-mock"
    endpoint = "https://oai-mock.openai.azure.com/"
    # The provider does not read keys while local authentication is off.
    primary_access_key   = ""
    secondary_access_key = ""
    identity = {
      principal_id = "00000000-0000-4000-8000-0000000000a1"
      tenant_id    = "11111111-1111-4111-8111-111111111111"
    }
  }
}

mock_resource "azurerm_cognitive_account_rai_policy" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-mock/raiPolicies/policy-mock"
  }
}

mock_resource "azurerm_cognitive_deployment" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.CognitiveServices/accounts/oai-mock/deployments/deployment-mock"
  }
}
