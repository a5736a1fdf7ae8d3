/**
 * What stands beside a gateway, by the reason why no request that a gateway answers is changed by it. Made from all
 * resource types of azurerm; what is not here and not modelled either is refused, because it could be: children of
 * API Management, accounts, Key Vaults, roles and identities, perimeters around them, and deployments of templates.
 */
export const BESIDE_GATEWAYS: readonly (readonly [reason: string, types: string])[] = [
  [
    "it hosts programs; as a backend, a test says how it answers",
    `
      app_service app_service_active_slot app_service_certificate app_service_certificate_binding
      app_service_certificate_order app_service_connection app_service_custom_hostname_binding
      app_service_environment_v3 app_service_hybrid_connection app_service_managed_certificate
      app_service_plan app_service_public_certificate app_service_slot
      app_service_slot_custom_hostname_binding app_service_slot_virtual_network_swift_connection
      app_service_source_control app_service_source_control_slot app_service_source_control_token
      app_service_virtual_network_swift_connection attestation_provider automation_account
      automation_certificate automation_connection automation_connection_certificate
      automation_connection_classic_certificate automation_connection_service_principal
      automation_connection_type automation_credential automation_dsc_configuration
      automation_dsc_nodeconfiguration automation_hybrid_runbook_worker automation_hybrid_runbook_worker_group
      automation_job_schedule automation_module automation_powershell72_module automation_python3_package
      automation_runbook automation_schedule automation_software_update_configuration
      automation_source_control automation_variable_bool automation_variable_datetime automation_variable_int
      automation_variable_object automation_variable_string automation_watcher automation_webhook
      availability_set batch_account batch_application batch_certificate batch_job batch_pool
      bot_channel_alexa bot_channel_direct_line_speech bot_channel_directline bot_channel_email
      bot_channel_facebook bot_channel_line bot_channel_ms_teams bot_channel_slack bot_channel_sms
      bot_channel_web_chat bot_channels_registration bot_connection bot_service_azure_bot bot_web_app
      capacity_reservation capacity_reservation_group chaos_studio_capability chaos_studio_experiment
      chaos_studio_target communication_service communication_service_email_domain_association container_app
      container_app_custom_domain container_app_environment container_app_environment_certificate
      container_app_environment_custom_domain container_app_environment_dapr_component
      container_app_environment_storage container_app_job container_connected_registry container_group
      container_registry container_registry_agent_pool container_registry_cache_rule
      container_registry_credential_set container_registry_scope_map container_registry_task
      container_registry_task_schedule_run_now container_registry_token container_registry_token_password
      container_registry_webhook custom_ip_prefix dedicated_hardware_security_module dedicated_host
      dedicated_host_group dev_center dev_center_attached_network dev_center_catalog
      dev_center_dev_box_definition dev_center_environment_type dev_center_gallery
      dev_center_network_connection dev_center_project dev_center_project_environment_type
      dev_center_project_pool dev_test_global_vm_shutdown_schedule dev_test_lab dev_test_linux_virtual_machine
      dev_test_policy dev_test_schedule dev_test_virtual_network dev_test_windows_virtual_machine
      email_communication_service email_communication_service_domain
      email_communication_service_domain_sender_username fluid_relay_server function_app
      function_app_active_slot function_app_connection function_app_flex_consumption function_app_function
      function_app_hybrid_connection function_app_slot healthbot healthcare_dicom_service
      healthcare_fhir_service healthcare_medtech_service healthcare_medtech_service_fhir_destination
      healthcare_service healthcare_workspace iotcentral_application iotcentral_application_network_rule_set
      iotcentral_organization kubernetes_cluster kubernetes_cluster_extension kubernetes_cluster_node_pool
      kubernetes_cluster_trusted_access_role_binding kubernetes_fleet_manager kubernetes_fleet_member
      kubernetes_fleet_update_run kubernetes_fleet_update_strategy kubernetes_flux_configuration
      linux_function_app linux_function_app_slot linux_virtual_machine linux_virtual_machine_scale_set
      linux_web_app linux_web_app_slot load_test local_network_gateway logic_app_action_custom
      logic_app_action_http logic_app_integration_account logic_app_integration_account_agreement
      logic_app_integration_account_assembly logic_app_integration_account_batch_configuration
      logic_app_integration_account_certificate logic_app_integration_account_map
      logic_app_integration_account_partner logic_app_integration_account_schema
      logic_app_integration_account_session logic_app_standard logic_app_trigger_custom
      logic_app_trigger_http_request logic_app_trigger_recurrence logic_app_workflow
      machine_learning_compute_cluster machine_learning_compute_instance
      machine_learning_datastore_blobstorage machine_learning_datastore_datalake_gen2
      machine_learning_datastore_fileshare machine_learning_inference_cluster machine_learning_synapse_spark
      machine_learning_workspace machine_learning_workspace_network_outbound_rule_fqdn
      machine_learning_workspace_network_outbound_rule_private_endpoint
      machine_learning_workspace_network_outbound_rule_service_tag managed_application
      managed_application_definition managed_lustre_file_system maps_account maps_creator mobile_network
      mobile_network_attached_data_network mobile_network_data_network
      mobile_network_packet_core_control_plane mobile_network_packet_core_data_plane mobile_network_service
      mobile_network_sim mobile_network_sim_group mobile_network_sim_policy mobile_network_site
      mobile_network_slice nginx_api_key nginx_certificate nginx_configuration nginx_deployment
      notification_hub notification_hub_authorization_rule notification_hub_namespace orbital_contact
      orbital_contact_profile orbital_spacecraft orchestrated_virtual_machine_scale_set
      proximity_placement_group qumulo_file_system redhat_openshift_cluster restore_point_collection
      service_fabric_cluster service_fabric_managed_cluster signalr_service signalr_service_custom_certificate
      signalr_service_custom_domain signalr_service_network_acl signalr_shared_private_link_resource
      site_recovery_fabric site_recovery_hyperv_network_mapping site_recovery_hyperv_replication_policy
      site_recovery_hyperv_replication_policy_association site_recovery_network_mapping
      site_recovery_protection_container site_recovery_protection_container_mapping
      site_recovery_replicated_vm site_recovery_replication_policy site_recovery_replication_recovery_plan
      site_recovery_services_vault_hyperv_site site_recovery_vmware_replicated_vm
      site_recovery_vmware_replication_policy site_recovery_vmware_replication_policy_association
      source_control_token spring_cloud_accelerator spring_cloud_active_deployment spring_cloud_api_portal
      spring_cloud_api_portal_custom_domain spring_cloud_app spring_cloud_app_cosmosdb_association
      spring_cloud_app_dynamics_application_performance_monitoring spring_cloud_app_mysql_association
      spring_cloud_app_redis_association spring_cloud_application_insights_application_performance_monitoring
      spring_cloud_application_live_view spring_cloud_build_deployment spring_cloud_build_pack_binding
      spring_cloud_builder spring_cloud_certificate spring_cloud_configuration_service spring_cloud_connection
      spring_cloud_container_deployment spring_cloud_custom_domain spring_cloud_customized_accelerator
      spring_cloud_dev_tool_portal spring_cloud_dynatrace_application_performance_monitoring
      spring_cloud_elastic_application_performance_monitoring spring_cloud_gateway
      spring_cloud_gateway_custom_domain spring_cloud_gateway_route_config spring_cloud_java_deployment
      spring_cloud_new_relic_application_performance_monitoring spring_cloud_service spring_cloud_storage
      ssh_public_key stack_hci_cluster stack_hci_deployment_setting stack_hci_extension
      stack_hci_logical_network stack_hci_marketplace_gallery_image stack_hci_network_interface
      stack_hci_storage_path stack_hci_virtual_hard_disk static_site static_site_custom_domain static_web_app
      static_web_app_custom_domain static_web_app_function_app_registration trusted_signing_account
      video_indexer_account virtual_machine virtual_machine_automanage_configuration_assignment
      virtual_machine_data_disk_attachment virtual_machine_extension
      virtual_machine_gallery_application_assignment virtual_machine_implicit_data_disk_from_source
      virtual_machine_packet_capture virtual_machine_restore_point virtual_machine_restore_point_collection
      virtual_machine_run_command virtual_machine_scale_set virtual_machine_scale_set_extension
      virtual_machine_scale_set_packet_capture virtual_machine_scale_set_standby_pool vmware_cluster
      vmware_express_route_authorization vmware_netapp_volume_attachment vmware_private_cloud
      voice_services_communications_gateway voice_services_communications_gateway_test_line
      web_app_active_slot web_app_hybrid_connection web_pubsub web_pubsub_custom_certificate
      web_pubsub_custom_domain web_pubsub_hub web_pubsub_network_acl web_pubsub_shared_private_link_resource
      web_pubsub_socketio windows_function_app windows_function_app_slot windows_virtual_machine
      windows_virtual_machine_scale_set windows_web_app windows_web_app_slot
      workloads_sap_discovery_virtual_instance workloads_sap_single_node_virtual_instance
      workloads_sap_three_tier_virtual_instance`,
  ],
  [
    "it holds data; no request of the gateway reads it",
    `
      analysis_services_server arc_kubernetes_cluster arc_kubernetes_cluster_extension
      arc_kubernetes_flux_configuration arc_kubernetes_provisioned_cluster arc_machine
      arc_machine_automanage_configuration_assignment arc_machine_extension arc_private_link_scope
      arc_resource_bridge_appliance confidential_ledger cosmosdb_account cosmosdb_cassandra_cluster
      cosmosdb_cassandra_datacenter cosmosdb_cassandra_keyspace cosmosdb_cassandra_table
      cosmosdb_gremlin_database cosmosdb_gremlin_graph cosmosdb_mongo_collection cosmosdb_mongo_database
      cosmosdb_mongo_role_definition cosmosdb_mongo_user_definition cosmosdb_postgresql_cluster
      cosmosdb_postgresql_coordinator_configuration cosmosdb_postgresql_firewall_rule
      cosmosdb_postgresql_node_configuration cosmosdb_postgresql_role cosmosdb_sql_container
      cosmosdb_sql_database cosmosdb_sql_dedicated_gateway cosmosdb_sql_function cosmosdb_sql_role_assignment
      cosmosdb_sql_role_definition cosmosdb_sql_stored_procedure cosmosdb_sql_trigger cosmosdb_table
      data_factory data_factory_credential_service_principal data_factory_credential_user_managed_identity
      data_factory_custom_dataset data_factory_customer_managed_key data_factory_data_flow
      data_factory_dataset_azure_blob data_factory_dataset_azure_sql_table data_factory_dataset_binary
      data_factory_dataset_cosmosdb_sqlapi data_factory_dataset_delimited_text data_factory_dataset_http
      data_factory_dataset_json data_factory_dataset_mysql data_factory_dataset_parquet
      data_factory_dataset_postgresql data_factory_dataset_snowflake data_factory_dataset_sql_server_table
      data_factory_flowlet_data_flow data_factory_integration_runtime_azure
      data_factory_integration_runtime_azure_ssis data_factory_integration_runtime_self_hosted
      data_factory_linked_custom_service data_factory_linked_service_azure_blob_storage
      data_factory_linked_service_azure_databricks data_factory_linked_service_azure_file_storage
      data_factory_linked_service_azure_function data_factory_linked_service_azure_search
      data_factory_linked_service_azure_sql_database data_factory_linked_service_azure_table_storage
      data_factory_linked_service_cosmosdb data_factory_linked_service_cosmosdb_mongoapi
      data_factory_linked_service_data_lake_storage_gen2 data_factory_linked_service_key_vault
      data_factory_linked_service_kusto data_factory_linked_service_mysql data_factory_linked_service_odata
      data_factory_linked_service_odbc data_factory_linked_service_postgresql data_factory_linked_service_sftp
      data_factory_linked_service_snowflake data_factory_linked_service_sql_server
      data_factory_linked_service_synapse data_factory_linked_service_web
      data_factory_managed_private_endpoint data_factory_pipeline data_factory_trigger_blob_event
      data_factory_trigger_custom_event data_factory_trigger_schedule data_factory_trigger_tumbling_window
      data_protection_backup_instance_blob_storage data_protection_backup_instance_disk
      data_protection_backup_instance_kubernetes_cluster data_protection_backup_instance_mysql_flexible_server
      data_protection_backup_instance_postgresql data_protection_backup_instance_postgresql_flexible_server
      data_protection_backup_policy_blob_storage data_protection_backup_policy_disk
      data_protection_backup_policy_kubernetes_cluster data_protection_backup_policy_mysql_flexible_server
      data_protection_backup_policy_postgresql data_protection_backup_policy_postgresql_flexible_server
      data_protection_backup_vault data_protection_backup_vault_customer_managed_key
      data_protection_resource_guard data_share data_share_account data_share_dataset_blob_storage
      data_share_dataset_data_lake_gen2 data_share_dataset_kusto_cluster data_share_dataset_kusto_database
      database_migration_project database_migration_service databox_edge_device databricks_access_connector
      databricks_virtual_network_peering databricks_workspace databricks_workspace_customer_managed_key
      databricks_workspace_root_dbfs_customer_managed_key digital_twins_endpoint_eventgrid
      digital_twins_endpoint_eventhub digital_twins_endpoint_servicebus digital_twins_instance
      digital_twins_time_series_database_connection disk_access disk_encryption_set
      elastic_cloud_elasticsearch elastic_san elastic_san_volume elastic_san_volume_group eventgrid_domain
      eventgrid_domain_topic eventgrid_event_subscription eventgrid_namespace eventgrid_partner_configuration
      eventgrid_partner_namespace eventgrid_partner_registration eventgrid_topic eventhub_cluster
      eventhub_namespace_authorization_rule eventhub_namespace_customer_managed_key
      eventhub_namespace_disaster_recovery_config eventhub_namespace_schema_group fabric_capacity
      gallery_application gallery_application_version graph_services_account hdinsight_hadoop_cluster
      hdinsight_hbase_cluster hdinsight_interactive_query_cluster hdinsight_kafka_cluster
      hdinsight_spark_cluster hpc_cache hpc_cache_access_policy hpc_cache_blob_nfs_target
      hpc_cache_blob_target hpc_cache_nfs_target image iothub iothub_certificate iothub_consumer_group
      iothub_device_update_account iothub_device_update_instance iothub_dps iothub_dps_certificate
      iothub_dps_shared_access_policy iothub_endpoint_cosmosdb_account iothub_endpoint_eventhub
      iothub_endpoint_servicebus_queue iothub_endpoint_servicebus_topic iothub_endpoint_storage_container
      iothub_enrichment iothub_fallback_route iothub_file_upload iothub_route iothub_shared_access_policy
      kusto_attached_database_configuration kusto_cluster kusto_cluster_customer_managed_key
      kusto_cluster_managed_private_endpoint kusto_cluster_principal_assignment kusto_cosmosdb_data_connection
      kusto_database kusto_database_principal_assignment kusto_eventgrid_data_connection
      kusto_eventhub_data_connection kusto_iothub_data_connection kusto_script managed_disk
      managed_disk_sas_token managed_redis_geo_replication mongo_cluster mongo_cluster_firewall_rule
      mongo_cluster_user mssql_database mssql_database_extended_auditing_policy
      mssql_database_vulnerability_assessment_rule_baseline mssql_elasticpool mssql_failover_group
      mssql_firewall_rule mssql_job mssql_job_agent mssql_job_credential mssql_job_schedule mssql_job_step
      mssql_job_target_group mssql_managed_database mssql_managed_instance
      mssql_managed_instance_active_directory_administrator mssql_managed_instance_failover_group
      mssql_managed_instance_security_alert_policy mssql_managed_instance_start_stop_schedule
      mssql_managed_instance_transparent_data_encryption mssql_managed_instance_vulnerability_assessment
      mssql_outbound_firewall_rule mssql_server mssql_server_dns_alias mssql_server_extended_auditing_policy
      mssql_server_microsoft_support_auditing_policy mssql_server_security_alert_policy
      mssql_server_transparent_data_encryption mssql_server_vulnerability_assessment mssql_virtual_machine
      mssql_virtual_machine_availability_group_listener mssql_virtual_machine_group mssql_virtual_network_rule
      mysql_flexible_database mysql_flexible_server mysql_flexible_server_active_directory_administrator
      mysql_flexible_server_configuration mysql_flexible_server_firewall_rule netapp_account
      netapp_account_encryption netapp_backup_policy netapp_backup_vault netapp_pool netapp_snapshot
      netapp_snapshot_policy netapp_volume netapp_volume_group_oracle netapp_volume_group_sap_hana
      netapp_volume_quota_rule oracle_autonomous_database oracle_autonomous_database_backup
      oracle_autonomous_database_clone_from_backup oracle_autonomous_database_clone_from_database
      oracle_cloud_vm_cluster oracle_exadata_infrastructure oracle_exascale_database_storage_vault
      oracle_resource_anchor postgresql_active_directory_administrator postgresql_configuration
      postgresql_database postgresql_firewall_rule postgresql_flexible_server
      postgresql_flexible_server_active_directory_administrator postgresql_flexible_server_backup
      postgresql_flexible_server_configuration postgresql_flexible_server_database
      postgresql_flexible_server_firewall_rule postgresql_flexible_server_virtual_endpoint postgresql_server
      postgresql_server_key postgresql_virtual_network_rule powerbi_embedded purview_account
      redis_cache_access_policy redis_cache_access_policy_assignment redis_enterprise_cluster
      redis_enterprise_database redis_firewall_rule redis_linked_server relay_hybrid_connection
      relay_hybrid_connection_authorization_rule relay_namespace relay_namespace_authorization_rule
      search_service search_shared_private_link_service servicebus_namespace_authorization_rule
      servicebus_namespace_customer_managed_key servicebus_namespace_disaster_recovery_config
      servicebus_queue_authorization_rule servicebus_subscription servicebus_subscription_rule
      servicebus_topic servicebus_topic_authorization_rule shared_image shared_image_gallery
      shared_image_version snapshot storage_account_customer_managed_key storage_account_local_user
      storage_account_queue_properties storage_account_static_website
      storage_blob storage_blob_inventory_policy storage_container_immutability_policy
      storage_data_lake_gen2_filesystem storage_data_lake_gen2_path storage_encryption_scope storage_mover
      storage_mover_agent storage_mover_job_definition storage_mover_project storage_mover_source_endpoint
      storage_mover_target_endpoint storage_object_replication storage_queue storage_share
      storage_share_directory storage_share_file storage_sync storage_sync_cloud_endpoint storage_sync_group
      storage_sync_server_endpoint storage_table storage_table_entity stream_analytics_cluster
      stream_analytics_function_javascript_uda stream_analytics_function_javascript_udf stream_analytics_job
      stream_analytics_job_schedule stream_analytics_job_storage_account
      stream_analytics_managed_private_endpoint stream_analytics_output_blob stream_analytics_output_cosmosdb
      stream_analytics_output_eventhub stream_analytics_output_function stream_analytics_output_mssql
      stream_analytics_output_powerbi stream_analytics_output_servicebus_queue
      stream_analytics_output_servicebus_topic stream_analytics_output_synapse stream_analytics_output_table
      stream_analytics_reference_input_blob stream_analytics_reference_input_mssql
      stream_analytics_stream_input_blob stream_analytics_stream_input_eventhub
      stream_analytics_stream_input_eventhub_v2 stream_analytics_stream_input_iothub synapse_firewall_rule
      synapse_integration_runtime_azure synapse_integration_runtime_self_hosted synapse_linked_service
      synapse_managed_private_endpoint synapse_private_link_hub synapse_role_assignment synapse_spark_pool
      synapse_sql_pool synapse_sql_pool_extended_auditing_policy synapse_sql_pool_security_alert_policy
      synapse_sql_pool_vulnerability_assessment synapse_sql_pool_vulnerability_assessment_baseline
      synapse_sql_pool_workload_classifier synapse_sql_pool_workload_group synapse_workspace
      synapse_workspace_aad_admin synapse_workspace_extended_auditing_policy synapse_workspace_key
      synapse_workspace_security_alert_policy synapse_workspace_sql_aad_admin
      synapse_workspace_vulnerability_assessment`,
  ],
  [
    "it stands in front of the gateway; here the gateway is called directly",
    `
      application_gateway cdn_endpoint cdn_endpoint_custom_domain cdn_frontdoor_custom_domain
      cdn_frontdoor_custom_domain_association cdn_frontdoor_endpoint cdn_frontdoor_firewall_policy
      cdn_frontdoor_origin cdn_frontdoor_origin_group cdn_frontdoor_profile cdn_frontdoor_route
      cdn_frontdoor_rule cdn_frontdoor_rule_set cdn_frontdoor_secret cdn_frontdoor_security_policy cdn_profile
      frontdoor frontdoor_custom_https_configuration frontdoor_firewall_policy frontdoor_rules_engine
      traffic_manager_azure_endpoint traffic_manager_external_endpoint traffic_manager_nested_endpoint
      traffic_manager_profile web_application_firewall_policy`,
  ],
  [
    "packets are not simulated; reachability follows private endpoints and access settings alone",
    `
      application_security_group bastion_host dns_a_record dns_aaaa_record dns_caa_record dns_cname_record
      dns_mx_record dns_ns_record dns_ptr_record dns_srv_record dns_txt_record dns_zone express_route_circuit
      express_route_circuit_authorization express_route_circuit_connection express_route_circuit_peering
      express_route_connection express_route_gateway express_route_port express_route_port_authorization
      extended_custom_location extended_location_custom_location firewall firewall_application_rule_collection
      firewall_nat_rule_collection firewall_network_rule_collection firewall_policy
      firewall_policy_rule_collection_group ip_group ip_group_cidr lb lb_backend_address_pool
      lb_backend_address_pool_address lb_nat_pool lb_nat_rule lb_outbound_rule lb_probe lb_rule
      nat_gateway_public_ip_prefix_association network_connection_monitor network_ddos_protection_plan
      network_function_azure_traffic_collector network_function_collector_policy network_interface
      network_interface_application_gateway_backend_address_pool_association
      network_interface_application_security_group_association
      network_interface_backend_address_pool_association network_interface_nat_rule_association
      network_interface_security_group_association network_manager network_manager_admin_rule
      network_manager_admin_rule_collection network_manager_connectivity_configuration
      network_manager_deployment network_manager_ipam_pool network_manager_ipam_pool_static_cidr
      network_manager_management_group_connection network_manager_network_group
      network_manager_routing_configuration network_manager_routing_rule
      network_manager_routing_rule_collection network_manager_scope_connection
      network_manager_security_admin_configuration network_manager_static_member
      network_manager_subscription_connection network_manager_verifier_workspace
      network_manager_verifier_workspace_reachability_analysis_intent network_packet_capture network_profile
      network_watcher network_watcher_flow_log palo_alto_local_rulestack palo_alto_local_rulestack_certificate
      palo_alto_local_rulestack_fqdn_list palo_alto_local_rulestack_outbound_trust_certificate_association
      palo_alto_local_rulestack_outbound_untrust_certificate_association palo_alto_local_rulestack_prefix_list
      palo_alto_local_rulestack_rule palo_alto_next_generation_firewall_virtual_hub_local_rulestack
      palo_alto_next_generation_firewall_virtual_hub_panorama
      palo_alto_next_generation_firewall_virtual_hub_strata_cloud_manager
      palo_alto_next_generation_firewall_virtual_network_local_rulestack
      palo_alto_next_generation_firewall_virtual_network_panorama
      palo_alto_next_generation_firewall_virtual_network_strata_cloud_manager
      palo_alto_virtual_network_appliance point_to_site_vpn_gateway private_dns_aaaa_record
      private_dns_cname_record private_dns_mx_record private_dns_ptr_record private_dns_resolver
      private_dns_resolver_dns_forwarding_ruleset private_dns_resolver_forwarding_rule
      private_dns_resolver_inbound_endpoint private_dns_resolver_outbound_endpoint
      private_dns_resolver_virtual_network_link private_dns_srv_record private_dns_txt_record
      private_endpoint_application_security_group_association private_link_service public_ip_prefix route
      route_filter route_map route_server route_server_bgp_connection subnet_service_endpoint_storage_policy
      virtual_hub virtual_hub_bgp_connection virtual_hub_connection virtual_hub_ip virtual_hub_route_table
      virtual_hub_route_table_route virtual_hub_routing_intent virtual_hub_security_partner_provider
      virtual_network_dns_servers virtual_network_gateway virtual_network_gateway_connection
      virtual_network_gateway_nat_rule virtual_wan vpn_gateway vpn_gateway_connection vpn_gateway_nat_rule
      vpn_server_configuration vpn_server_configuration_policy_group vpn_site`,
  ],
  [
    "it concerns management or observation, not requests",
    `
      aadb2c_directory active_directory_domain_service active_directory_domain_service_replica_set
      active_directory_domain_service_trust advanced_threat_protection advisor_suppression api_connection
      app_configuration app_configuration_feature app_configuration_key application_insights_analytics_item
      application_insights_api_key application_insights_smart_detection_rule
      application_insights_standard_web_test application_insights_web_test
      application_insights_workbook_template application_load_balancer application_load_balancer_frontend
      application_load_balancer_security_policy application_load_balancer_subnet_association
      automanage_configuration backup_container_storage_account backup_policy_file_share backup_policy_vm
      backup_policy_vm_workload backup_protected_file_share backup_protected_vm
      billing_account_cost_management_export blueprint_assignment consumption_budget_management_group
      cost_anomaly_alert cost_management_scheduled_action dashboard_grafana
      dashboard_grafana_managed_private_endpoint datadog_monitor datadog_monitor_sso_configuration
      datadog_monitor_tag_rule dynatrace_monitor dynatrace_tag_rules iot_security_device_group
      iot_security_solution lighthouse_assignment lighthouse_definition log_analytics_cluster
      log_analytics_cluster_customer_managed_key log_analytics_data_export_rule
      log_analytics_datasource_windows_event log_analytics_datasource_windows_performance_counter
      log_analytics_linked_service log_analytics_linked_storage_account log_analytics_query_pack
      log_analytics_query_pack_query log_analytics_saved_search log_analytics_solution
      log_analytics_storage_insights log_analytics_workspace_table_custom_log
      maintenance_assignment_dedicated_host maintenance_assignment_dynamic_scope
      maintenance_assignment_virtual_machine maintenance_assignment_virtual_machine_scale_set
      maintenance_configuration management_group management_group_policy_assignment
      management_group_policy_exemption management_group_policy_remediation
      management_group_policy_set_definition management_group_subscription_association marketplace_agreement
      marketplace_role_assignment monitor_aad_diagnostic_setting monitor_alert_processing_rule_action_group
      monitor_alert_processing_rule_suppression monitor_alert_prometheus_rule_group
      monitor_data_collection_endpoint monitor_data_collection_rule monitor_data_collection_rule_association
      monitor_scheduled_query_rules_alert monitor_scheduled_query_rules_log monitor_smart_detector_alert_rule
      monitor_workspace new_relic_monitor new_relic_tag_rule policy_assignment policy_definition
      policy_set_definition policy_virtual_machine_configuration_assignment portal_tenant_configuration
      recovery_services_vault
      recovery_services_vault_resource_guard_association resource_group_cost_management_export
      resource_group_cost_management_view resource_group_policy_assignment resource_group_policy_exemption
      resource_group_policy_remediation resource_management_private_link
      resource_management_private_link_association resource_policy_assignment resource_policy_exemption
      resource_policy_remediation security_center_assessment security_center_assessment_policy
      security_center_auto_provisioning security_center_automation security_center_contact
      security_center_server_vulnerability_assessment_virtual_machine
      security_center_server_vulnerability_assessments_setting security_center_setting
      security_center_storage_defender security_center_subscription_pricing security_center_workspace
      sentinel_alert_rule_anomaly_built_in sentinel_alert_rule_anomaly_duplicate sentinel_alert_rule_fusion
      sentinel_alert_rule_machine_learning_behavior_analytics sentinel_alert_rule_ms_security_incident
      sentinel_alert_rule_nrt sentinel_alert_rule_scheduled sentinel_alert_rule_threat_intelligence
      sentinel_automation_rule sentinel_data_connector_aws_cloud_trail sentinel_data_connector_aws_s3
      sentinel_data_connector_azure_active_directory sentinel_data_connector_azure_advanced_threat_protection
      sentinel_data_connector_azure_security_center sentinel_data_connector_dynamics_365
      sentinel_data_connector_iot sentinel_data_connector_microsoft_cloud_app_security
      sentinel_data_connector_microsoft_defender_advanced_threat_protection
      sentinel_data_connector_microsoft_threat_intelligence
      sentinel_data_connector_microsoft_threat_protection sentinel_data_connector_office_365
      sentinel_data_connector_office_365_project sentinel_data_connector_office_atp
      sentinel_data_connector_office_irm sentinel_data_connector_office_power_bi
      sentinel_data_connector_threat_intelligence sentinel_data_connector_threat_intelligence_taxii
      sentinel_log_analytics_workspace_onboarding sentinel_metadata sentinel_threat_intelligence_indicator
      sentinel_watchlist sentinel_watchlist_item service_plan subscription subscription_cost_management_export
      subscription_cost_management_view subscription_policy_assignment subscription_policy_exemption
      subscription_policy_remediation system_center_virtual_machine_manager_availability_set
      system_center_virtual_machine_manager_cloud system_center_virtual_machine_manager_server
      system_center_virtual_machine_manager_virtual_machine_instance
      system_center_virtual_machine_manager_virtual_machine_instance_guest_agent
      system_center_virtual_machine_manager_virtual_machine_template
      system_center_virtual_machine_manager_virtual_network virtual_desktop_application
      virtual_desktop_application_group virtual_desktop_host_pool virtual_desktop_host_pool_registration_info
      virtual_desktop_scaling_plan virtual_desktop_scaling_plan_host_pool_association
      virtual_desktop_workspace virtual_desktop_workspace_application_group_association`,
  ],
];
