output "names" {
  description = "Names of the Secrets; known when they are there."
  value       = sort(keys(var.secrets))
  depends_on  = [terraform_data.secret]
}
