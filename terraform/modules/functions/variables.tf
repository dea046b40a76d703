variable "overlay" {
  description = "Folder below knative/ that is applied, as `kubectl apply -k` would: overlays/minikube, overlays/kafka, overlays/production."
  type        = string
  validation {
    condition     = fileexists("${path.module}/../../../knative/${var.overlay}/kustomization.yaml")
    error_message = "There is no knative/${var.overlay}/kustomization.yaml."
  }
}

variable "images" {
  description = "Where each image is, by its last name (gnomon-route, gnomon-protect, gnomon-predict): registry and name, and the digest; or, for images that were loaded into the nodes, a tag that is the digest (sha256-...). An image that is not named stays as the overlay says."
  type = map(object({
    name   = string
    digest = optional(string)
    tag    = optional(string)
  }))
  default  = {}
  nullable = false
  validation {
    condition     = alltrue([for name in keys(var.images) : contains(["gnomon-route", "gnomon-protect", "gnomon-predict"], name)])
    error_message = "Images are gnomon-route, gnomon-protect and gnomon-predict; found: ${join(", ", keys(var.images))}."
  }
  validation {
    condition = alltrue([for image in values(var.images) : image.digest != null
      ? image.tag == null && can(regex("^sha256:[0-9a-f]{64}$", image.digest))
    : can(regex("^sha256-[0-9a-f]{64}$", image.tag))])
    error_message = "An image has a digest, sha256: and 64 hexadecimal digits, or a tag of that form with a dash; any other tag may name another image tomorrow."
  }
  validation {
    condition     = alltrue([for image in values(var.images) : can(regex("^[a-z0-9][a-z0-9._-]*(:[0-9]+)?(/[a-z0-9][a-z0-9._-]*)+$", image.name))])
    error_message = "The name of an image is registry/path without tag and digest, such as registry.example.com/gnomon/gnomon-protect."
  }
}

variable "settings" {
  description = "Settings of functions by the name of their Service: { rollback = { \"gnomon.protect.patience\" = \"PT20M\" } }. docs/OPERATIONS.md lists them. Secrets are never given here."
  type        = map(map(string))
  default     = {}
  nullable    = false
  validation {
    condition     = alltrue(flatten([for settings in values(var.settings) : [for key in keys(settings) : can(regex("^gnomon\\.[a-z0-9]+(\\.[a-z0-9-]+)+$", key))]]))
    error_message = "A setting is named as in docs/OPERATIONS.md, such as gnomon.protect.patience."
  }
  validation {
    condition = alltrue(flatten([for settings in values(var.settings) : [
      for key, value in settings : !can(regex("(key|token|password|redis-url)$", key)) || can(regex("^(env:|file:)", value))
    ]]))
    error_message = "Keys, tokens, passwords and the URL of Redis would stand in Terraform's state: they come from Secrets (gnomon-stores or gnomon-stores-SERVICE, gnomon-redis, gnomon-webhook-keys), or as env:NAME or file:PATH where the setting allows it."
  }
}

variable "scale" {
  description = "Least and most pods by the name of the Service, where it shall differ from the overlay: { rollback = { min = 2, max = 40 } }."
  type = map(object({
    min = optional(number)
    max = optional(number)
  }))
  default  = {}
  nullable = false
  validation {
    condition     = alltrue([for scale in values(var.scale) : alltrue([for n in [scale.min, scale.max] : n == null ? true : n >= 0 && floor(n) == n && n <= 1000])])
    error_message = "Pods are counted in whole numbers from 0 to 1000."
  }
  validation {
    condition     = alltrue([for scale in values(var.scale) : scale.min == null || scale.max == null ? true : scale.min <= scale.max && scale.max > 0])
    error_message = "The least number of pods is above the most (and a most of 0 would be no limit for Knative)."
  }
  validation {
    condition     = alltrue([for name, scale in var.scale : contains(["route", "rollback", "webhooks"], name) && scale.min != null ? scale.min >= 1 : true])
    error_message = "route, rollback and webhooks keep at least one pod: a rollback must not wait for a cold start."
  }
}

variable "own_credentials" {
  description = "Whether each Service has keys of its own to the object stores, in the Secret gnomon-stores-SERVICE, in place of gnomon-stores for all: then each can be held to its policy in docs/policies."
  type        = bool
  default     = false
  nullable    = false
}

variable "catalogue" {
  description = "Content of gnomon.yaml, and the URL of the control store for the functions that read no catalogue. Keys stand in it as env:NAME only. Null: what the overlay brings."
  type = object({
    yaml          = string
    control_store = string
  })
  default = null
  validation {
    condition     = var.catalogue == null ? true : can(yamldecode(var.catalogue.yaml).cells)
    error_message = "The catalogue is no YAML with a list `cells`; `gnomon config check` says more."
  }
  validation {
    condition     = var.catalogue == null ? true : can(regex("^s3\\+https?://[^@/]+/[^/]", var.catalogue.control_store))
    error_message = "The control store is s3+https://host/bucket, without keys; found: ${try(var.catalogue.control_store, "")}."
  }
  validation {
    condition     = var.catalogue == null ? true : length(var.catalogue.yaml) <= 900000
    error_message = "A ConfigMap holds at most 1 MiB; this catalogue has over 900,000 characters."
  }
  validation {
    condition     = var.catalogue == null ? true : !can(regex("(?i)(secret[-_]?key|password|token)[\"']?:[ \t]*[\"']?[^] \t\r\n\"'{},[]", replace(var.catalogue.yaml, "/(env|file):[^ \t\r\n\"',}]+/", "")))
    error_message = "The catalogue holds a secret in clear; write env:NAME or file:PATH, for this ends in a ConfigMap and in Terraform's state."
  }
}

variable "after" {
  description = "What has to be there before the objects of the functions: anything that is known only when it is done."
  type        = any
  default     = []
}
