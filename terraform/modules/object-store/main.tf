# Cells on any S3, without a vendor's provider: the Job of knative/cell-init asks the stores themselves.

locals {
  # A Job can't be changed, so another task is another Job.
  task = substr(sha256(jsonencode([var.cells, var.image, var.catalogue])), 0, 10)
  args = concat(["cell", "init", "--config", "/etc/gnomon/gnomon.yaml"], flatten([for cell in var.cells : ["--cell", cell]]))
}

data "kustomization_overlay" "job" {
  resources = ["${path.module}/../../../knative/cell-init"]

  images {
    name     = "gnomon-cli"
    new_name = var.image.name
    new_tag  = var.image.tag
    digest   = var.image.digest
  }

  patches {
    target {
      group = "batch"
      kind  = "Job"
      name  = "cell-init"
    }
    patch = jsonencode([
      { op = "replace", path = "/metadata/name", value = "cell-init-${local.task}" },
      { op = "replace", path = "/spec/template/spec/containers/0/args", value = local.args },
      { op = "replace", path = "/spec/template/spec/volumes/0/configMap/name", value = var.catalogue },
    ])
    options {
      allow_name_change = true
    }
  }
}

# The ServiceAccount and the NetworkPolicy, without which no pod of the Job comes to be or gets out.
resource "kustomization_resource" "around" {
  for_each = toset([for id in data.kustomization_overlay.job.ids_prio[1] : id if !startswith(id, "batch/Job/")])
  manifest = data.kustomization_overlay.job.manifests[each.value]

  depends_on = [var.after]
}

resource "kustomization_resource" "job" {
  for_each = toset([for id in data.kustomization_overlay.job.ids_prio[1] : id if startswith(id, "batch/Job/")])
  manifest = data.kustomization_overlay.job.manifests[each.value]

  lifecycle {
    precondition {
      condition     = var.namespace == "gnomon"
      error_message = "The manifests of the Job are for the namespace gnomon; found: ${var.namespace}."
    }
  }

  depends_on = [kustomization_resource.around]
}

resource "terraform_data" "prepared" {
  count            = var.wait > 0 ? 1 : 0
  triggers_replace = [local.task]

  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    quiet       = true
    command     = file("${path.module}/job-is-done")
    environment = {
      NAMESPACE       = var.namespace
      JOB             = "cell-init-${local.task}"
      KUBECONFIG      = var.kubeconfig
      CONTEXT         = var.context == null ? "" : var.context
      SECONDS_AT_MOST = tostring(var.wait)
    }
  }

  depends_on = [kustomization_resource.job]
}
