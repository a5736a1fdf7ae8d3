mock_resource "azurerm_user_assigned_identity" {
  defaults = {
    id           = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-mock"
    client_id    = "00000000-0000-4000-8000-0000000000b1"
    principal_id = "00000000-0000-4000-8000-0000000000b2"
    tenant_id    = "11111111-1111-4111-8111-111111111111"
  }
}

mock_resource "azurerm_role_assignment" {
  defaults = {
    id             = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-8000-0000000000c1"
    name           = "00000000-0000-4000-8000-0000000000c1"
    principal_type = "ServicePrincipal"
  }
}
