mock_resource "azuread_application" {
  defaults = {
    id        = "/applications/00000000-0000-4000-8000-0000000000f1"
    object_id = "00000000-0000-4000-8000-0000000000f1"
    client_id = "00000000-0000-4000-8000-0000000000f2"
  }
}

# The last segment is the URI in base64.
mock_resource "azuread_application_identifier_uri" {
  defaults = {
    id = "/applications/00000000-0000-4000-8000-0000000000f1/identifierUris/YXBpOi8vMDAwMDAwMDAtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMGYy"
  }
}

mock_resource "azuread_application_pre_authorized" {
  defaults = {
    id = "00000000-0000-4000-8000-0000000000f1/preAuthorizedApplication/00000000-0000-4000-8000-0000000000f4"
  }
}

mock_resource "azuread_service_principal" {
  defaults = {
    id        = "/servicePrincipals/00000000-0000-4000-8000-0000000000f3"
    object_id = "00000000-0000-4000-8000-0000000000f3"
  }
}

mock_resource "azuread_app_role_assignment" {
  defaults = {
    id = "00000000-0000-4000-8000-0000000000f3/appRoleAssignment/bW9jay1hcHAtcm9sZS1hc3NpZ25tZW50"
  }
}
