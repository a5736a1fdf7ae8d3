mock_resource "azurerm_servicebus_namespace" {
  defaults = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ServiceBus/namespaces/sbns-mock"
    endpoint = "https://sbns-mock.servicebus.windows.net:443/"
  }
}

mock_resource "azurerm_servicebus_queue" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ServiceBus/namespaces/sbns-mock/queues/queue-mock"
  }
}

mock_resource "azurerm_container_app_environment" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.App/managedEnvironments/cae-mock"
  }
}
