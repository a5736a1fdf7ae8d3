# One type stands for many kinds: tests override the id of what is not a logger and whose id is read.
mock_resource "azapi_resource" {
  defaults = {
    id     = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock/loggers/logger-mock"
    output = {}
  }
}

mock_resource "azapi_update_resource" {
  defaults = {
    id     = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.ApiManagement/service/apim-mock"
    output = {}
  }
}
