# The alert rules and the dashboard of knative/monitoring, for clusters with the Prometheus operator.
data "kustomization_overlay" "monitoring" {
  resources = ["${path.module}/../../../knative/monitoring"]
}

resource "kustomization_resource" "monitoring" {
  for_each = toset([for id in data.kustomization_overlay.monitoring.ids : id if var.dashboard || !startswith(id, "_/ConfigMap/")])
  manifest = data.kustomization_overlay.monitoring.manifests[each.value]

  lifecycle {
    precondition {
      condition     = var.namespace == "gnomon"
      error_message = "The rules are for the namespace gnomon; found: ${var.namespace}."
    }
  }

  depends_on = [var.after]
}
