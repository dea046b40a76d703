variable "kubeconfig" {
  description = "File of the kubeconfig."
  type        = string
  validation {
    condition     = fileexists(var.kubeconfig)
    error_message = "There is no kubeconfig ${var.kubeconfig}."
  }
}

variable "context" {
  description = "Context of the kubeconfig; there is no default, so that nobody deploys to the wrong cluster."
  type        = string
  validation {
    condition     = length(var.context) > 0
    error_message = "Name the context of the cluster."
  }
}

variable "images" {
  description = "Registry and name, and digest, of gnomon-route, gnomon-protect and gnomon-predict."
  type        = map(object({ name = string, digest = string }))
  validation {
    condition     = length(setsubtract(["gnomon-route", "gnomon-protect", "gnomon-predict"], keys(var.images))) == 0
    error_message = "All three are needed: gnomon-route, gnomon-protect, gnomon-predict; found: ${join(", ", keys(var.images))}."
  }
  validation {
    condition     = alltrue([for image in values(var.images) : !can(regex("^sha256:0+$", image.digest))])
    error_message = "A digest of zeros stands for an image that was not built."
  }
}

variable "cell_init_image" {
  description = "The image with the command line (gnomon-cli), which prepares the stores of the cells; null: they are prepared by you, with `gnomon cell init`."
  type        = object({ name = string, digest = string })
  default     = null
}

variable "cells" {
  description = "Cells whose stores are prepared; empty: all of the catalogue."
  type        = list(string)
  default     = []
}

variable "catalogue" {
  description = "File of your gnomon.yaml, and the URL of its control store."
  type        = object({ file = string, control_store = string })
  validation {
    condition     = fileexists(var.catalogue.file)
    error_message = "There is no file ${var.catalogue.file}."
  }
}

variable "settings" {
  description = "Settings by the name of the Service, as docs/OPERATIONS.md lists them."
  type        = map(map(string))
  default     = {}
}

variable "scale" {
  description = "Least and most pods by the name of the Service."
  type        = map(object({ min = optional(number), max = optional(number) }))
  default     = {}
}

variable "redis" {
  description = "Where the Redis or Valkey is, see modules/redis: { mode = \"existing\" } asks for the Secret gnomon-redis, an address is for one without a password."
  type        = object({ mode = optional(string, "existing"), address = optional(string) })
  default     = {}
}

variable "knative" {
  description = "Whether Knative is there (`existing`) or the operator installs it from a file (`operator`, which nobody has verified)."
  type        = object({ mode = optional(string, "existing"), operator_manifest = optional(string), release = optional(string, "1.22") })
  default     = {}
}

variable "own_credentials" {
  description = "Whether each Service has keys of its own to the object stores, in the Secret gnomon-stores-SERVICE, so that each can be held to its policy in docs/policies. Otherwise all share gnomon-stores."
  type        = bool
  default     = false
}

variable "wait_for_secrets" {
  description = "How long another, such as External Secrets, may need to bring gnomon-stores, gnomon-redis and gnomon-api-tokens, in seconds."
  type        = number
  default     = 120
}

variable "monitoring" {
  description = "Whether alert rules and the dashboard are applied; needs the Prometheus operator."
  type        = bool
  default     = false
}
