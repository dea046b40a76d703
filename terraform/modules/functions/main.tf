# Applies an overlay of knative/ as it is; what is said here is laid over it by Kustomize, in the same
# way as another overlay would. No object of Kubernetes is written down in this module.

locals {
  folder = "${path.module}/../../../knative/${var.overlay}"
  # "group/Kind/namespace/name"
  names     = { for id in data.kustomization_build.overlay.ids : id => split("/", id) }
  serving   = [for id, parts in local.names : id if parts[0] == "serving.knative.dev" && parts[1] == "Service"]
  services  = toset([for id in local.serving : local.names[id][3]])
  catalogue = anytrue([for parts in values(local.names) : parts[1] == "ConfigMap" && can(regex("^gnomon-catalogue(-[a-z0-9]{10})?$", parts[3]))])
  # The overlay has given the images other names already, so they are found by the last part of them.
  present = {
    for image in distinct(concat([for id in local.serving : [
      for container in jsondecode(data.kustomization_build.overlay.manifests[id]).spec.template.spec.containers : regex("^([^@]*/)?([^/:@]+)(:[^/@]*)?(@.*)?$", container.image)
    ]]...)) : image[1] => "${image[0] == null ? "" : image[0]}${image[1]}"
  }
  # Variables that the overlay gives a Service already, in their order: a setting takes the place of its own.
  given = { for id in local.serving : local.names[id][3] => [
    for variable in try(jsondecode(data.kustomization_build.overlay.manifests[id]).spec.template.spec.containers[0].env, []) : variable.name
  ] }
  variables = { for service, settings in var.settings : service => { for key, value in settings : upper(replace(key, "/[.-]/", "_")) => value } }
  unknown   = setsubtract(setunion(keys(var.settings), keys(var.scale)), local.services)
  patched = {
    for service in setunion(keys(var.settings), keys(var.scale)) : service => concat(
      [for name, value in lookup(local.variables, service, {}) : {
        op    = contains(lookup(local.given, service, []), name) ? "replace" : "add"
        path  = "/spec/template/spec/containers/0/env/${try(index(local.given[service], name), "-")}"
        value = { name = name, value = value }
      }],
      [for bound in ["min", "max"] : {
        op    = "add"
        path  = "/spec/template/metadata/annotations/autoscaling.knative.dev~1${bound}-scale"
        value = tostring(var.scale[service][bound])
      } if try(var.scale[service][bound], null) != null],
    )
  }
}

# What is in the overlay, to say which Services there are and who brings the catalogue.
data "kustomization_build" "overlay" {
  path = local.folder
}

data "kustomization_overlay" "functions" {
  resources  = [local.folder]
  components = var.own_credentials ? ["${path.module}/../../../knative/credentials"] : []

  dynamic "images" {
    for_each = var.images
    content {
      name     = lookup(local.present, images.key, images.key)
      new_name = images.value.name
      new_tag  = images.value.tag
      digest   = images.value.digest
    }
  }

  dynamic "config_map_generator" {
    for_each = var.catalogue == null ? [] : [var.catalogue]
    content {
      name      = "gnomon-catalogue"
      namespace = "gnomon"
      behavior  = local.catalogue ? "replace" : "create"
      literals = [
        "gnomon.yaml=${config_map_generator.value.yaml}",
        "control-store=${config_map_generator.value.control_store}",
      ]
    }
  }

  dynamic "patches" {
    for_each = local.patched
    content {
      target {
        group = "serving.knative.dev"
        kind  = "Service"
        name  = patches.key
      }
      patch = jsonencode(patches.value)
    }
  }

  lifecycle {
    precondition {
      condition     = alltrue([for name in keys(var.images) : contains(keys(local.present), name)])
      error_message = "knative/${var.overlay} uses no image ${join(", ", setsubtract(keys(var.images), keys(local.present)))}; it uses ${join(", ", keys(local.present))}."
    }
    precondition {
      condition     = length(local.unknown) == 0
      error_message = "knative/${var.overlay} has no Service ${join(", ", local.unknown)}; it has ${join(", ", local.services)}."
    }
  }
}

# Namespaces first, then what others need to be admitted (Knative tries a pod of each Service before it takes
# the Service, and the API server refuses a pod whose ServiceAccount is not there), then all else; on destroy
# the other way round.
locals {
  needed = ["_/ServiceAccount", "_/ConfigMap", "rbac.authorization.k8s.io/Role", "rbac.authorization.k8s.io/RoleBinding"]
  # ConfigMaps with a hash in their name: another catalogue is another ConfigMap.
  catalogues = [for id in data.kustomization_overlay.functions.ids_prio[1] : id if can(regex("^_/ConfigMap/[^/]*/gnomon-catalogue-[a-z0-9]{10}$", id))]
  second     = [for id in data.kustomization_overlay.functions.ids_prio[1] : id if contains(local.needed, join("/", slice(split("/", id), 0, 2))) && !contains(local.catalogues, id)]
}

# The ServiceAccount of each Service, in so far as the overlay brings it. While it is not there yet, the manifest
# is not known to the plan: the provider tries what it knows on the server, and a new Service in a namespace
# that is there (a newer Gnomon, an apply that ended half-way) would be refused for its ServiceAccount.
locals {
  accounts = {
    for id, manifest in local.manifests : id => "_/ServiceAccount/${manifest.metadata.namespace}/${manifest.spec.template.spec.serviceAccountName}"
    if startswith(id, "serving.knative.dev/Service/") && can(manifest.spec.template.spec.serviceAccountName)
  }
}

resource "kustomization_resource" "first" {
  for_each = toset(data.kustomization_overlay.functions.ids_prio[0])
  manifest = data.kustomization_overlay.functions.manifests[each.value]
}

resource "kustomization_resource" "second" {
  for_each = toset(local.second)
  manifest = data.kustomization_overlay.functions.manifests[each.value]

  depends_on = [kustomization_resource.first, var.after]
}

# An old catalogue is left where it is: while the new revision of a function is not ready, or if it never will
# be, pods of the old one start with the old catalogue. With the namespace they all go.
resource "kubectl_manifest" "catalogue" {
  for_each          = toset(local.catalogues)
  yaml_body         = data.kustomization_overlay.functions.manifests[each.value]
  server_side_apply = true
  apply_only        = true

  depends_on = [kustomization_resource.first, var.after]
}

resource "kustomization_resource" "then" {
  for_each = setsubtract(data.kustomization_overlay.functions.ids_prio[1], concat(local.second, local.catalogues))
  manifest = try(kustomization_resource.second[local.accounts[each.value]].id, "none") == "" ? "" : data.kustomization_overlay.functions.manifests[each.value]

  lifecycle {
    precondition {
      condition     = !startswith(each.value, "_/Secret/")
      error_message = "${each.value} is a Secret with its values; it would stand in Terraform's state. Refer to a Secret that is there."
    }
  }

  depends_on = [kustomization_resource.second, kubectl_manifest.catalogue]
}

resource "kustomization_resource" "last" {
  for_each   = toset(data.kustomization_overlay.functions.ids_prio[2])
  manifest   = data.kustomization_overlay.functions.manifests[each.value]
  depends_on = [kustomization_resource.then]
}
