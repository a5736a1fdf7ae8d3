mock_resource "azurerm_resource_group" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock"
  }
}

mock_resource "azurerm_management_lock" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Storage/storageAccounts/stmock/providers/Microsoft.Authorization/locks/lock-mock"
  }
}
