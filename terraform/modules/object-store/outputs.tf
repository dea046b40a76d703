output "job" {
  description = "Name of the Job; known when the stores are prepared."
  value       = "cell-init-${local.task}"
  depends_on  = [kustomization_resource.job, terraform_data.prepared]
}
