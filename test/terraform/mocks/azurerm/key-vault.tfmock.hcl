mock_resource "azurerm_key_vault" {
  defaults = {
    id        = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock"
    vault_uri = "https://kv-mock.vault.azure.net/"
  }
}

# Ids of a vault's content are addresses of its data plane.
mock_resource "azurerm_key_vault_certificate" {
  defaults = {
    id                              = "https://kv-mock.vault.azure.net/certificates/certificate-mock/0123456789abcdef0123456789abcdef"
    versionless_id                  = "https://kv-mock.vault.azure.net/certificates/certificate-mock"
    secret_id                       = "https://kv-mock.vault.azure.net/secrets/certificate-mock/0123456789abcdef0123456789abcdef"
    versionless_secret_id           = "https://kv-mock.vault.azure.net/secrets/certificate-mock"
    version                         = "0123456789abcdef0123456789abcdef"
    thumbprint                      = "0123456789ABCDEF0123456789ABCDEF01234567"
    resource_manager_id             = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock/certificates/certificate-mock/versions/0123456789abcdef0123456789abcdef"
    resource_manager_versionless_id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock/certificates/certificate-mock"
  }
}

mock_resource "azurerm_key_vault_secret" {
  defaults = {
    id                      = "https://kv-mock.vault.azure.net/secrets/secret-mock/0123456789abcdef0123456789abcdef"
    versionless_id          = "https://kv-mock.vault.azure.net/secrets/secret-mock"
    version                 = "0123456789abcdef0123456789abcdef"
    resource_id             = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock/secrets/secret-mock/versions/0123456789abcdef0123456789abcdef"
    resource_versionless_id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock/secrets/secret-mock"
  }
}

mock_resource "azurerm_key_vault_certificate_contacts" {
  defaults = {
    id = "https://kv-mock.vault.azure.net/certificates/contacts"
  }
}
