output "ready" {
  description = "Known when every definition is there; for `depends_on` by value."
  value       = [for check in terraform_data.definitions : check.id]
}

output "kubernetes" {
  description = "Version of the cluster."
  value       = data.kubectl_server_version.cluster.version
}
