output "jobs" {
  description = "Names of the Jobs by cell, or of the one for all; known when the stores are prepared."
  value       = local.names
  depends_on  = [kustomization_resource.job, terraform_data.prepared]
}
