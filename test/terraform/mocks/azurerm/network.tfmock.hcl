mock_resource "azurerm_virtual_network" {
  defaults = {
    id   = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/virtualNetworks/vnet-mock"
    guid = "00000000-0000-4000-8000-0000000000e1"
  }
}

mock_resource "azurerm_subnet" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/virtualNetworks/vnet-mock/subnets/snet-mock"
  }
}

mock_resource "azurerm_network_security_group" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/networkSecurityGroups/nsg-mock"
  }
}

# The association has the id of its subnet.
mock_resource "azurerm_subnet_network_security_group_association" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/virtualNetworks/vnet-mock/subnets/snet-mock"
  }
}

mock_resource "azurerm_private_dns_zone" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/privateDnsZones/mock.contoso.com"
  }
}

mock_resource "azurerm_private_dns_zone_virtual_network_link" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/privateDnsZones/mock.contoso.com/virtualNetworkLinks/link-mock"
  }
}

mock_resource "azurerm_private_dns_a_record" {
  defaults = {
    id   = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/privateDnsZones/mock.contoso.com/A/@"
    fqdn = "mock.contoso.com."
  }
}

mock_resource "azurerm_private_endpoint" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Network/privateEndpoints/pep-mock"
    private_service_connection = {
      private_ip_address = "10.0.1.4"
    }
  }
}
