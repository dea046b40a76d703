output "alerts" {
  description = "Names of the alerts."
  value       = sort(flatten([for manifest in values(data.kustomization_overlay.monitoring.manifests) : [for group in try(jsondecode(manifest).spec.groups, []) : [for rule in group.rules : rule.alert]]]))
}
