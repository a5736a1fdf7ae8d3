mock_resource "azurerm_managed_redis" {
  defaults = {
    id       = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Cache/redisEnterprise/amr-mock"
    hostname = "amr-mock.westeurope.redis.azure.net"
    # Of the database, whose id diagnostic settings take, and whose key the gateway connects with.
    default_database = {
      id                 = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Cache/redisEnterprise/amr-mock/databases/default"
      port               = 10000
      primary_access_key = "mock-key-of-redis"
    }
  }
}
