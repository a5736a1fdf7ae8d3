mock_resource "azurerm_log_analytics_workspace" {
  defaults = {
    id           = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.OperationalInsights/workspaces/log-mock"
    workspace_id = "00000000-0000-4000-8000-0000000000d1"
  }
}

mock_resource "azurerm_application_insights" {
  defaults = {
    id                  = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/components/appi-mock"
    app_id              = "00000000-0000-4000-8000-0000000000d2"
    instrumentation_key = "00000000-0000-4000-8000-0000000000d3"
    connection_string   = "InstrumentationKey=00000000-0000-4000-8000-0000000000d3;IngestionEndpoint=https://westeurope-5.in.applicationinsights.azure.com/"
  }
}

mock_resource "azurerm_monitor_private_link_scope" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/privateLinkScopes/ampls-mock"
  }
}

mock_resource "azurerm_monitor_private_link_scoped_service" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/privateLinkScopes/ampls-mock/scopedResources/link-mock"
  }
}

mock_resource "azurerm_monitor_action_group" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/actionGroups/ag-mock"
  }
}

# The resource and the name of the setting, with a bar between them.
mock_resource "azurerm_monitor_diagnostic_setting" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.KeyVault/vaults/kv-mock|setting-mock"
  }
}

mock_resource "azurerm_monitor_scheduled_query_rules_alert_v2" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/scheduledQueryRules/alert-mock"
  }
}

mock_resource "azurerm_log_analytics_saved_search" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.OperationalInsights/workspaces/log-mock/savedSearches/search-mock"
  }
}

mock_resource "azurerm_monitor_metric_alert" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/metricAlerts/alert-mock"
  }
}

mock_resource "azurerm_eventgrid_system_topic" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.EventGrid/systemTopics/topic-mock"
  }
}

mock_resource "azurerm_application_insights_workbook" {
  defaults = {
    id = "/subscriptions/00000000-0000-4000-8000-00000000000a/resourceGroups/rg-mock/providers/Microsoft.Insights/workbooks/00000000-0000-4000-8000-0000000000d4"
  }
}
