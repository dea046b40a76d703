# The very manifests of the overlay `minikube`, for a cluster whose overlay brings no Redis.
data "kustomization_overlay" "redis" {
  count     = var.mode == "in-cluster" ? 1 : 0
  namespace = "gnomon"
  resources = ["${path.module}/../../../knative/overlays/minikube/index"]
}

resource "kustomization_resource" "redis" {
  for_each = toset(try(data.kustomization_overlay.redis[0].ids_prio[1], []))
  manifest = data.kustomization_overlay.redis[0].manifests[each.value]

  lifecycle {
    precondition {
      condition     = var.namespace == "gnomon"
      error_message = "The manifests of Redis are for the namespace gnomon; found: ${var.namespace}."
    }
  }
}
