data "kubectl_server_version" "cluster" {
  lifecycle {
    postcondition {
      condition     = tonumber(self.major) > 1 || tonumber(self.minor) >= var.kubernetes_at_least
      error_message = "The cluster is Kubernetes ${self.major}.${self.minor}; at least 1.${var.kubernetes_at_least} is expected."
    }
  }
}

# The release file of the operator, and what it shall install. Documented, and not verified by anybody.
data "kubectl_file_documents" "operator" {
  count   = var.mode == "operator" ? 1 : 0
  content = file(var.operator_manifest)
}

resource "kubectl_manifest" "operator" {
  for_each          = var.mode == "operator" ? data.kubectl_file_documents.operator[0].manifests : {}
  yaml_body         = each.value
  server_side_apply = true
}

resource "kubectl_manifest" "namespace" {
  for_each  = toset(var.mode == "operator" ? ["knative-serving", "knative-eventing"] : [])
  yaml_body = yamlencode({ apiVersion = "v1", kind = "Namespace", metadata = { name = each.value } })
}

resource "kubectl_manifest" "installation" {
  for_each = var.mode == "operator" ? { KnativeServing = "knative-serving", KnativeEventing = "knative-eventing" } : {}
  yaml_body = yamlencode({
    apiVersion = "operator.knative.dev/v1beta1"
    kind       = each.key
    metadata   = { name = each.value, namespace = each.value }
    spec = merge({ version = var.release }, each.key == "KnativeServing" ? {
      ingress = { kourier = { enabled = true } }
      config  = { network = { ingress-class = "kourier.ingress.networking.knative.dev" } }
    } : {})
  })
  depends_on = [kubectl_manifest.operator, kubectl_manifest.namespace]
}

# No provider of ours can ask whether an object is there, so kubectl does. A definition that is missing
# would otherwise be waited for, five minutes for each object, and then not be named.
resource "terraform_data" "definitions" {
  for_each         = setunion(var.definitions, var.more_definitions)
  triggers_replace = [data.kubectl_server_version.cluster.version]

  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    quiet       = true
    command     = file("${path.module}/definition-is-there")
    environment = {
      DEFINITION      = each.value
      KUBECONFIG      = var.kubeconfig
      CONTEXT         = var.context == null ? "" : var.context
      SECONDS_AT_MOST = var.mode == "operator" ? "600" : "10"
    }
  }

  depends_on = [kubectl_manifest.installation]
}
