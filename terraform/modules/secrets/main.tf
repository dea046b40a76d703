# Secrets by reference. Terraform learns whether they are there, never what they hold: values are made by a
# shell, go to the cluster by kubectl's standard input, and stand in no plan, state or command line.

terraform {
  required_version = ">= 1.11"
}

resource "terraform_data" "secret" {
  for_each         = var.secrets
  triggers_replace = [var.namespace, each.value]

  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    command     = file("${path.module}/secret-is-there")
    quiet       = true
    environment = {
      NAMESPACE       = var.namespace
      SECRET          = each.key
      KEYS            = join("\n", [for key, value in each.value : value == null ? key : "${key}=${value}"])
      KUBECONFIG      = var.kubeconfig
      CONTEXT         = var.context == null ? "" : var.context
      SECONDS_AT_MOST = tostring(var.wait)
    }
  }
}
