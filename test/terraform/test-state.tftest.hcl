mock_provider "azurerm" {
  source = "./mocks/azurerm"
}

run "state_is_closed_and_recoverable" {
  command = plan

  assert {
    condition     = !azurerm_storage_account.storage_8D9329BE.shared_access_key_enabled
    error_message = "The account accepts keys: they open the state without a role."
  }

  assert {
    condition     = !azurerm_storage_account.storage_8D9329BE.allow_nested_items_to_be_public && azurerm_storage_container.storage_Container_3C95A597.container_access_type == "private"
    error_message = "The state can be read anonymously."
  }

  assert {
    condition     = one(azurerm_storage_account.storage_8D9329BE.network_rules).default_action == "Deny"
    error_message = "Addresses that no rule names reach the account."
  }

  assert {
    condition     = toset(one(azurerm_storage_account.storage_8D9329BE.network_rules).ip_rules) == toset(["203.0.113.17"])
    error_message = "Other addresses reach the account than the environment lists."
  }

  assert {
    condition     = toset(one(azurerm_storage_account.storage_8D9329BE.network_rules).bypass) == toset(["None"])
    error_message = "Services of other tenants pass the network rules."
  }

  assert {
    condition     = azurerm_storage_account.storage_8D9329BE.https_traffic_only_enabled && azurerm_storage_account.storage_8D9329BE.min_tls_version == "TLS1_2"
    error_message = "The account speaks plain HTTP, or TLS before 1.2."
  }

  assert {
    condition     = !azurerm_storage_account.storage_8D9329BE.local_user_enabled && !azurerm_storage_account.storage_8D9329BE.cross_tenant_replication_enabled
    error_message = "The state leaves the account by another way than its blob endpoint."
  }

  assert {
    condition     = one(azurerm_storage_account.storage_8D9329BE.blob_properties).versioning_enabled
    error_message = "An overwritten state is lost."
  }

  assert {
    condition     = one(one(azurerm_storage_account.storage_8D9329BE.blob_properties).delete_retention_policy).days == 30
    error_message = "A deleted state is lost within a month."
  }

  assert {
    condition     = azurerm_storage_account.storage_8D9329BE.account_replication_type == "GZRS"
    error_message = "The state does not outlive a region."
  }
}

run "lock_and_container_are_on_the_account" {
  command = apply

  assert {
    condition     = azurerm_storage_container.storage_Container_3C95A597.storage_account_id == azurerm_storage_account.storage_8D9329BE.id
    error_message = "The container is in another account."
  }

  assert {
    condition     = azurerm_management_lock.storage_Lock_BCE69B4F.scope == azurerm_storage_account.storage_8D9329BE.id && azurerm_management_lock.storage_Lock_BCE69B4F.lock_level == "CanNotDelete"
    error_message = "The account can be deleted."
  }

  assert {
    condition     = output.storage_account_name == azurerm_storage_account.storage_8D9329BE.name && output.container_name == azurerm_storage_container.storage_Container_3C95A597.name
    error_message = "Backends are told another account or container."
  }
}
