# Cells on any S3, without a vendor's provider: the Job of knative/cell-init asks the stores themselves.

locals {
  # One Job for all cells of the catalogue, or one for each that is named.
  jobs = length(var.cells) == 0 ? { all = [] } : { for cell in var.cells : cell => ["--cell", cell] }
  # A Job can't be changed, so another task is another Job.
  names = { for key, more in local.jobs : key => "cell-init-${substr(sha256(jsonencode([more, var.image, var.catalogue])), 0, 10)}" }
}

data "kustomization_build" "around" {
  path = "${path.module}/../../../knative/cell-init"
}

data "kustomization_overlay" "job" {
  for_each  = local.jobs
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
      { op = "replace", path = "/metadata/name", value = local.names[each.key] },
      { op = "replace", path = "/spec/template/spec/containers/0/args", value = concat(["cell", "init", "--config", "/etc/gnomon/gnomon.yaml"], each.value) },
      { op = "replace", path = "/spec/template/spec/volumes/0/configMap/name", value = var.catalogue },
    ])
    options {
      allow_name_change = true
    }
  }
}

# The ServiceAccount and the NetworkPolicy, without which no pod of the Job comes to be or gets out.
resource "kustomization_resource" "around" {
  for_each = toset([for id in data.kustomization_build.around.ids : id if !startswith(id, "batch/Job/")])
  manifest = data.kustomization_build.around.manifests[each.value]

  depends_on = [var.after]
}

resource "kustomization_resource" "job" {
  for_each = local.names
  manifest = data.kustomization_overlay.job[each.key].manifests["batch/Job/gnomon/${each.value}"]

  lifecycle {
    precondition {
      condition     = var.namespace == "gnomon"
      error_message = "The manifests of the Job are for the namespace gnomon; found: ${var.namespace}."
    }
    replace_triggered_by = [terraform_data.task[each.key]]
  }

  depends_on = [kustomization_resource.around]
}

# What a Job is told is in its name; another name is another Job, never a change of this one.
resource "terraform_data" "task" {
  for_each         = local.names
  triggers_replace = [each.value]
}

resource "terraform_data" "prepared" {
  for_each         = var.wait > 0 ? local.names : {}
  triggers_replace = [each.value]

  provisioner "local-exec" {
    interpreter = ["bash", "-c"]
    quiet       = true
    command     = file("${path.module}/job-is-done")
    environment = {
      NAMESPACE       = var.namespace
      JOB             = each.value
      KUBECONFIG      = var.kubeconfig
      CONTEXT         = var.context == null ? "" : var.context
      SECONDS_AT_MOST = tostring(var.wait)
    }
  }

  depends_on = [kustomization_resource.job]
}
